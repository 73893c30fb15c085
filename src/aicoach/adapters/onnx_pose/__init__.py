"""BlazePose on onnxruntime: the pose estimator of the product."""

from aicoach.adapters.onnx_pose.estimator import OnnxPoseEstimator

__all__ = ["OnnxPoseEstimator"]
