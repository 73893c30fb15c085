"""A synthetic resident does squats in front of the real coach. No camera needed.

Composition only: the footage is drawn, everything after it is what ``aicoach analyse``
runs on a video of a person. Run it with ``make demo-terminal``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aicoach.adapters.onnx_pose import OnnxPoseEstimator
from aicoach.cli.compose import find_exercise, language
from aicoach.cli.outputs import annotating
from aicoach.cli.printed import print_report
from aicoach.cli.progress import progress_bar
from aicoach.figure import film
from aicoach.pipeline import analyse_frames
from aicoach.report import Analysed, report_document
from aicoach.synth import perform
from aicoach.tracking.tracker import ExerciseTracker

ROOT: Final = Path(__file__).resolve().parents[1]
OUT: Final = ROOT / "out" / "demo.mp4"
FPS: Final = 20.0
DEPTHS: Final = (1.0, 1.0, 0.3, 1.0, 1.0)
"""Share of the way down, per squat: the third one is hardly begun and must not count."""

WORDS: Final = {
    "en": (
        "A drawn resident does {n} squats in front of the real pose model and the real coach.\n"
        "The squat number {shallow} goes only {share:.0%} of the way: it must not count.\n",
        "What really happened: {truth} squats, and one that was hardly begun.\n",
        "The annotated video: {path}\n"
        "\n"
        "Now you, with a webcam:    {aicoach} live --exercise squat\n"
        "or with a video of yours:  {aicoach} analyse CLIP.mp4 --exercise squat\n"
        "What else it can do:       {aicoach} exercises list",
    ),
    "zh": (
        "画出来的“住户”做 {n} 个深蹲，真正的姿态模型和教练程序在看。\n"
        "第 {shallow} 个只蹲了 {share:.0%}，不应该计数。\n",
        "实际情况：{truth} 个深蹲，另有一个几乎没蹲下去。\n",
        "带标注的视频：{path}\n"
        "\n"
        "换你来，用摄像头：  {aicoach} live --exercise squat\n"
        "或用自己的视频：    {aicoach} analyse 视频.mp4 --exercise squat\n"
        "还能练什么：        {aicoach} exercises list",
    ),
}


def main() -> None:
    """Film, analyse, report."""
    lang = language(None)
    intro, truth, farewell = WORDS[lang]
    squat = find_exercise("squat")
    resident = perform(squat, reps=len(DEPTHS), view="side", rom=DEPTHS, fps=FPS)
    print(intro.format(n=len(DEPTHS), shallow=DEPTHS.index(min(DEPTHS)) + 1, share=min(DEPTHS)))

    OUT.parent.mkdir(exist_ok=True)
    tracker = ExerciseTracker(squat)
    estimator = OnnxPoseEstimator()
    with (
        annotating(OUT, FPS, squat, tracker) as observe,
        progress_bar(OUT.name, float(resident.track.t_s[-1])) as progress,
    ):
        summary = analyse_frames(film(resident), estimator, tracker, [observe], progress)
    estimator.close()

    document = report_document(summary, Analysed(name=OUT.name, source="video"), squat)
    print_report(document, lang)
    counted = sum(depth == max(DEPTHS) for depth in DEPTHS)
    print(truth.format(truth=counted))
    print(farewell.format(path=OUT, aicoach=".venv/bin/aicoach"))


if __name__ == "__main__":
    main()
