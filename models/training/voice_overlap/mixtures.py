"""Single voices and sums of two, clean and degraded, of speakers that are kept apart.

LibriSpeech gives waveforms, which are added before the front end. CREMA-D is stored as spectrograms: there the
powers of two clips are added, which is right on average only (the phases are lost). All randomness comes from the
generator that is passed in.
"""

import pathlib
from collections.abc import Callable

import numpy as np
import soundfile

RATE, LENGTH = 16_000, 48_000
HANN = np.hanning(1025)[:-1].astype(np.float32)
Random = np.random.Generator
PARTS = ("train", "select", "report")


def mel_filters() -> np.ndarray:
    """Slaney's 128 bands, area-normalised, as [513 transform bins, 128]."""
    mel = np.arange(130) * (15 + 27 * np.log(8) / np.log(6.4)) / 129
    edges = np.where(mel < 15, 200 * mel / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    hertz = np.arange(513)[:, None] * RATE / 1024
    rise, fall = (hertz - low) / (centre - low), (high - hertz) / (high - centre)
    return (np.maximum(0, np.minimum(rise, fall)) * 2 / (high - low)).astype(np.float32)


MEL = mel_filters()


def log_mel(samples: np.ndarray) -> np.ndarray:
    """[frames, 128], 0..1: the front end of `voice_emotion`."""
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples, 512), 1024)[::256] * HANN
    power = (np.abs(np.fft.rfft(frames, axis=1)) ** 2) @ MEL
    return relative(power)


def relative(power: np.ndarray) -> np.ndarray:
    """Powers as decibels under their maximum, the 80 dB range as 0..1."""
    decibels = 10 * np.log10(np.maximum(power, 1e-10))
    return np.maximum((decibels - decibels.max() + 80) / 80, 0).astype(np.float32)


def level(samples: np.ndarray) -> float:
    return float(np.sqrt((samples.astype(np.float64) ** 2).mean()) + 1e-9)


def noisy(decibels: float) -> Callable[[np.ndarray, Random], np.ndarray]:
    """White noise that many decibels under the voice."""
    return lambda x, random: x + level(x) * 10 ** (-decibels / 20) * random.standard_normal(len(x))


def telephone(x: np.ndarray, _: Random) -> np.ndarray:
    """Nothing outside 300 to 3,400 Hz."""
    spectrum, hertz = np.fft.rfft(x), np.fft.rfftfreq(len(x), 1 / RATE)
    return np.fft.irfft(spectrum * ((hertz > 300) & (hertz < 3_400)), len(x))


def room(seconds: float) -> Callable[[np.ndarray, Random], np.ndarray]:
    """A tail of noise that falls by 60 dB in `seconds`, as strong as the direct sound."""

    def apply(x: np.ndarray, random: Random) -> np.ndarray:
        time = np.arange(int(RATE * seconds)) / RATE
        tail = random.standard_normal(len(time)) * np.exp(-6.9 * time / seconds)
        tail /= np.sqrt((tail**2).sum())
        tail[0] += 1
        size = 1 << (len(x) + len(tail)).bit_length()
        return np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(tail, size), size)[: len(x)]

    return apply


def quiet(x: np.ndarray, _: Random) -> np.ndarray:
    """40 dB less, on 16 bits."""
    return np.round(0.01 * x * 32768) / 32768


CONDITIONS: dict[str, Callable[[np.ndarray, Random], np.ndarray]] = {
    "as it is": lambda x, _: x,
    "noise 20 dB below": noisy(20),
    "noise 10 dB below": noisy(10),
    "telephone, 300 to 3,400 Hz": telephone,
    "room, 0.3 s": room(0.3),
    "room, 0.8 s": room(0.8),
    "40 dB quieter": quiet,
}


def any_condition(x: np.ndarray, random: Random) -> np.ndarray:
    """What training hears: one in four as it is, the rest degraded at random, in strengths that are drawn too."""
    if random.random() < 0.4:
        x = room(random.uniform(0.15, 1.0))(x, random)
    if random.random() < 0.25:
        x = telephone(x, random)
    if random.random() < 0.5:
        x = noisy(random.uniform(5, 40))(x, random)
    return x


class Speech:
    """The LibriSpeech files of one part: whole recordings by speaker."""

    def __init__(self, folder: pathlib.Path, part: str) -> None:
        files = sorted(folder.glob("*.flac"))
        speakers = np.unique([file.name.split("-")[0] for file in files])
        np.random.default_rng(5).shuffle(speakers)
        chosen = {"report": speakers[:80], "select": speakers[80:110], "train": speakers[110:]}[part]
        kept = [file for file in files if file.name.split("-")[0] in set(chosen)]
        self.speakers = [file.name.split("-")[0] for file in kept]
        self.recordings = [soundfile.read(file, dtype="float32")[0] for file in kept]

    def window(self, index: int, random: Random) -> np.ndarray:
        """Three seconds from where somebody speaks, zeros after a shorter recording."""
        x = self.recordings[index]
        blocks = x[: len(x) // 160 * 160].reshape(-1, 160)
        energy = np.convolve((blocks**2).mean(1), np.ones(10) / 10, "same")
        first = 160 * int(np.flatnonzero(energy > energy.max() * 10**-2.5)[0])
        start = random.integers(first, max(first, len(x) - LENGTH - 1) + 1)
        out = np.zeros(LENGTH, np.float32)
        piece = x[start : start + LENGTH]
        out[: len(piece)] = piece
        return out

    def sample(self, two: bool, under: float, change: Callable[[np.ndarray, Random], np.ndarray], random: Random) -> np.ndarray:
        """One voice or two, the second `under` decibels below the first; two in five end early, as short clips do."""
        one = int(random.integers(len(self.speakers)))
        ends = int(random.uniform(20_000, 46_000)) if random.random() < 0.4 else LENGTH
        x = self.window(one, random)
        x[ends:] = 0
        if two:
            other = one
            while self.speakers[other] == self.speakers[one]:
                other = int(random.integers(len(self.speakers)))
            y = self.window(other, random)
            y[ends:] = 0
            x = x + y * (level(x) / level(y) * 10 ** (-under / 20))
        return log_mel(change(x, random))


class Clips:
    """The CREMA-D spectrograms of one part."""

    def __init__(self, levels: np.ndarray, actors: np.ndarray, part: str) -> None:
        people = np.unique(actors)
        np.random.default_rng(0).shuffle(people)
        chosen = {"report": people[:24], "select": people[24:30], "train": people[30:]}[part]
        kept = np.isin(actors, chosen)
        self.levels, self.actors = levels[kept], actors[kept]

    def power(self, index: int) -> np.ndarray:
        steps = self.levels[index].astype(np.float32)
        power = np.where(steps > 0, 10 ** ((steps * 80 / 63 - 80) / 10), 0)
        return power / power.mean()

    def sample(self, two: bool, under: float, random: Random, hiss: bool) -> np.ndarray:
        """`hiss` lays a noise floor 25 to 70 dB under the voice: a file's own floor must not tell how many speak."""
        one = int(random.integers(len(self.actors)))
        power = self.power(one)
        if two:
            other = one
            while self.actors[other] == self.actors[one]:
                other = int(random.integers(len(self.actors)))
            power = power + self.power(other) * 10 ** (-under / 10)
        if hiss:
            power = power + 10 ** (-random.uniform(25, 70) / 10) * power.mean() * random.exponential(1, power.shape)
        return relative(power)
