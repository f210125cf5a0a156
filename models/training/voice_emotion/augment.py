"""Augmentation on the log-mel spectrogram itself, because the data hold no waveforms.

All functions take and give [frames, 128] decibels in -80..0 relative to the clip's maximum, and all
randomness comes from the generator that is passed in.
"""

import numpy as np

FLOOR = -80.0


def relevel(power: np.ndarray) -> np.ndarray:
    """Decibels relative to the maximum with the front end's 80 dB floor."""
    return np.clip(10 * np.log10(power / max(power.max(), 1e-30) + 1e-12), FLOOR, 0).astype(np.float32)


def resample(spectrogram: np.ndarray, rate: float, frames: int) -> np.ndarray:
    """Plays the clip `rate` times as fast and cuts or pads to `frames`; pitch stays."""
    at = np.arange(frames) * rate
    low = np.minimum(at.astype(int), len(spectrogram) - 1)
    high = np.minimum(low + 1, len(spectrogram) - 1)
    share = (at - low)[:, None]
    out = spectrogram[low] * (1 - share) + spectrogram[high] * share
    out[at > len(spectrogram) - 1] = FLOOR
    return out.astype(np.float32)


def augment(spectrogram: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Speed, start, pitch, reverberation, noise, codec-like filtering, and masks (SpecAugment)."""
    frames = len(spectrogram)
    out = spectrogram
    if random.random() < 0.5:
        out = resample(out, random.uniform(0.85, 1.18), frames)
    if random.random() < 0.7:
        start = int(random.integers(-30, 31))
        out = np.roll(out, start, 0)
        if start > 0:
            out[:start] = FLOOR
        elif start < 0:
            out[start:] = FLOOR
    if random.random() < 0.4:
        bands = int(random.integers(-3, 4))
        out = np.roll(out, bands, 1)
        if bands > 0:
            out[:, :bands] = out[:, bands : bands + 1]
        elif bands < 0:
            out[:, bands:] = FLOOR
    power = 10 ** (out / 10)
    if random.random() < 0.2:
        # Sixteen milliseconds a frame: energy that dies away over 0.15 to 0.8 s.
        decay = np.exp(-6.9 * 0.016 / random.uniform(0.15, 0.8))
        tail = np.zeros_like(power)
        for frame in range(1, frames):
            tail[frame] = decay * (tail[frame - 1] + power[frame - 1])
        power = power + random.uniform(0.02, 0.25) * tail
    if random.random() < 0.4:
        slope = random.uniform(-30, 6) * np.linspace(0, 1, 128)
        wobble = 4 * np.sin(np.linspace(0, random.uniform(2, 12), 128) + random.uniform(0, 6))
        shape = 10 ** ((slope + wobble) / 10)
        noise = shape[None, :] * random.gamma(2.0, 0.5, size=power.shape)
        share = 10 ** (-random.uniform(10, 45) / 10)
        power = power + noise * share * power.mean() / noise.mean()
    out = relevel(power)
    if random.random() < 0.2:
        # A telephone or a compressed call keeps nothing above its band.
        out = out.copy()
        out[:, int(random.integers(75, 122)) :] = FLOOR
    if random.random() < 0.3:
        out = np.maximum(out + np.linspace(0, random.uniform(-12, 12), 128, dtype=np.float32)[None, :], FLOOR)
        out = np.maximum(out - out.max(), FLOOR)
    out = out.copy()
    for _ in range(int(random.integers(0, 3))):
        width, at = int(random.integers(2, 16)), int(random.integers(0, 112))
        out[:, at : at + width] = FLOOR
    for _ in range(int(random.integers(0, 3))):
        width, at = int(random.integers(3, 24)), int(random.integers(0, frames - 24))
        out[at : at + width] = FLOOR
    return out
