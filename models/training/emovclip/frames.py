"""Frames of a clip: which ones, where they lie, and how CLIP takes them.

A clip is NAME.npy or NAME/NAME.npy, bytes [T, height, width, 3], or a video that PyAV decodes (an optional package).
"""

import pathlib

import numpy as np
import torch
from torch.nn import functional as F

# The means and deviations that CLIP's own weights were trained with, by channel.
MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)
VIDEOS = (".mp4", ".avi", ".mkv", ".webm", ".mov")


def chosen(length: int, count: int, random: np.random.Generator | None = None) -> np.ndarray:
    """`count` of `length` frames, one from each of `count` equal stretches: the middle one, or any with `random`.

    Short clips give a frame several times (Wang et al. 2016, Temporal Segment Networks).
    """
    if length < 1 or count < 1:
        raise ValueError(f"{count} frames of {length}")
    edges = np.linspace(0, length, count + 1)
    at = (edges[:-1] + edges[1:]) / 2 if random is None else random.uniform(edges[:-1], edges[1:])
    return np.minimum(at.astype(int), length - 1)


def find(folder: pathlib.Path, name: str) -> pathlib.Path:
    tried = [folder / f"{name}.npy", folder / name / f"{name}.npy", *(folder / f"{name}{ending}" for ending in VIDEOS)]
    for path in tried:
        if path.is_file():
            return path
    raise SystemExit(f"{folder} has no frames of {name}. Put them there as {name}.npy, bytes [T, height, width, 3], or as a video.")


def load(path: pathlib.Path, count: int, random: np.random.Generator | None = None, channels: str = "rgb") -> np.ndarray:
    """Chosen frames, bytes [count, height, width, 3], RGB. @param channels how an array has them: rgb or bgr"""
    if path.suffix != ".npy":
        return _decoded(path, count, random)
    frames = np.load(path, mmap_mode="r")
    if frames.ndim != 4 or frames.shape[3] != 3 or frames.dtype != np.uint8 or len(frames) == 0:
        raise SystemExit(f"{path} has {frames.dtype} {frames.shape}. Give bytes [T, height, width, 3] with at least one frame.")
    found = np.asarray(frames[chosen(len(frames), count, random)])
    return found[..., ::-1] if channels == "bgr" else found


def _decoded(path: pathlib.Path, count: int, random: np.random.Generator | None) -> np.ndarray:
    try:
        import av
    except ModuleNotFoundError:
        raise SystemExit(f"{path} is a video. Install PyAV (pip install av), or store its frames as .npy.") from None
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    if not frames:
        raise SystemExit(f"{path} has no picture that can be decoded. Convert it to H.264 in MP4.")
    return np.stack([frames[at] for at in chosen(len(frames), count, random)])


def as_pixels(frames: np.ndarray, side: int) -> torch.Tensor:
    """Bytes [..., height, width, 3] to [..., 3, side, side], normalised: the shorter side to `side`, then the middle."""
    *outer, height, width, _ = frames.shape
    pixels = torch.from_numpy(np.ascontiguousarray(frames)).reshape(-1, height, width, 3).permute(0, 3, 1, 2).float() / 255
    if (height, width) != (side, side):
        scale = side / min(height, width)
        size = (max(side, round(height * scale)), max(side, round(width * scale)))
        pixels = F.interpolate(pixels, size, mode="bicubic", antialias=True).clamp(0, 1)
        top, left = (size[0] - side) // 2, (size[1] - side) // 2
        pixels = pixels[:, :, top : top + side, left : left + side]
    pixels = (pixels - torch.tensor(MEAN)[:, None, None]) / torch.tensor(DEVIATION)[:, None, None]
    return pixels.reshape(*outer, 3, side, side)
