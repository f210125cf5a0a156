"""Reads a folder in the layout of MER2024 as its baseline processes it.

  label-6way.npz             `train_corpus`, and any other `*_corpus`: name to {"emo": label, "val": number}
  openface_face/NAME/…npy    faces of the clip's frames; or video/NAME.mp4
  features/SET/NAME.npy      one vector [D], or [T, D] which is averaged, of any set: HuBERT, wav2vec 2.0, a text model
  transcription-merge.csv    columns `name` and `sentence`

What lies in the frames' folder without a label is unlabelled. The challenge's data are for those who signed its
agreement; none of it is here.
"""

import csv
import io
import pathlib
import pickle
import zipfile
from dataclasses import dataclass

import numpy as np

from .measures import EMOTIONS

SPELLINGS = {"anger": "angry", "worry": "worried", "surprised": "surprise", "happiness": "happy", "sadness": "sad"}


class _Plain(pickle.Unpickler):
    """Only arrays and plain values: a label file is data, and must not run code."""

    allowed = {("numpy", "ndarray"), ("numpy", "dtype"), ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"),
               ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"), ("_codecs", "encode")}

    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in self.allowed:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a file of labels")
        return super().find_class(module, name)


@dataclass(frozen=True)
class Corpus:
    folder: pathlib.Path
    frames: pathlib.Path
    """Names in a fixed order and labels as places in EMOTIONS, by part: `train`, `test1`, …"""
    parts: dict[str, tuple[list[str], np.ndarray]]
    unlabelled: list[str]

    def features(self, feature_set: str, names: list[str]) -> np.ndarray:
        """[n, D], float32; a clip without a file is a row of NaN: the modality is missing."""
        folder = self.folder / "features" / feature_set
        if not folder.is_dir():
            raise SystemExit(f"{folder} is missing. Extract the features of that name first, or name another set.")
        found = [_vector(folder / f"{name}.npy") for name in names]
        width = next((len(vector) for vector in found if vector is not None), None)
        if width is None:
            raise SystemExit(f"{folder} has no file for any of {len(names)} clips. Check their names.")
        return np.stack([np.full(width, np.nan, np.float32) if vector is None else vector for vector in found])

    def sentences(self) -> dict[str, str]:
        path = self.folder / "transcription-merge.csv"
        if not path.is_file():
            return {}
        with open(path, newline="", encoding="utf-8") as file:
            return {row["name"]: row["sentence"] for row in csv.DictReader(file)}


def _vector(path: pathlib.Path) -> np.ndarray | None:
    if not path.is_file():
        return None
    value = np.load(path).astype(np.float32)
    value = value.mean(0) if value.ndim == 2 and len(value) > 0 else value
    if value.ndim != 1 or not np.isfinite(value).all():
        raise SystemExit(f"{path} has the shape {value.shape} or numbers that are not finite. Extract it again.")
    return value


def _corpora(path: pathlib.Path) -> dict[str, dict[str, dict]]:
    try:
        with zipfile.ZipFile(path) as packed:
            found = {}
            for member in packed.namelist():
                stream = io.BytesIO(packed.read(member))
                version = np.lib.format.read_magic(stream)
                (np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0)(stream)
                found[member.removesuffix(".npy")] = _Plain(stream).load().item()
            return found
    except FileNotFoundError:
        raise SystemExit(f"{path} is missing. Give the folder that holds label-6way.npz.") from None
    except (zipfile.BadZipFile, pickle.UnpicklingError, ValueError, AttributeError) as error:
        raise SystemExit(f"{path} is no file of labels: {error}. Write it again with the challenge's own script.") from None


def read(folder: pathlib.Path, frames: str = "openface_face") -> Corpus:
    """@param frames folder of the clips' frames, inside `folder`"""
    parts = {}
    for key, clips in _corpora(folder / "label-6way.npz").items():
        names, labels = [], []
        for name in sorted(clips):
            told = str(clips[name]["emo"]).lower()
            told = SPELLINGS.get(told, told)
            if told not in EMOTIONS:
                raise SystemExit(f"{name} is labelled {told!r}, which is none of {', '.join(EMOTIONS)}.")
            names.append(name)
            labels.append(EMOTIONS.index(told))
        parts[key.removesuffix("_corpus")] = (names, np.array(labels, int))
    if not parts.get("train", ([],))[0]:
        raise SystemExit(f"{folder}/label-6way.npz labels no clip under train_corpus.")
    labelled = {name for names, _ in parts.values() for name in names}
    stems = {path.stem for path in (folder / frames).iterdir()} if (folder / frames).is_dir() else set()
    return Corpus(folder, folder / frames, parts, sorted(stems - labelled))
