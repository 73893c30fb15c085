"""BlazePose on onnxruntime: the pose estimator of the product."""

from aicoach.adapters.onnx_pose.estimator import Nets, OnnxPoseEstimator, open_nets

__all__ = ["Nets", "OnnxPoseEstimator", "open_nets"]
