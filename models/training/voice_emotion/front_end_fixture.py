"""Writes the reference of the voice front end: librosa's log-mel of two synthetic signals.

  python -m voice_emotion.front_end_fixture test/models/emotion/fixtures/log-mel.json

The signals are formulas (no recorded voice), so that the test computes the same samples itself.
"""

import json
import sys

import librosa
import numpy as np

RATE = 16_000


def glide() -> np.ndarray:
    """One second: a voice-like glide of ten harmonics from 120 to 240 Hz under a slow swell."""
    t = np.arange(RATE) / RATE
    phase = 2 * np.pi * (120 * t + 60 * t * t)
    wave = sum(np.sin(k * phase) / k for k in range(1, 11))
    return (0.1 * wave * (0.2 + np.sin(np.pi * t) ** 2)).astype(np.float32)


def clicks() -> np.ndarray:
    """Half a second of silence with a click every 50 ms, and a faint tone in its second half."""
    n = np.arange(RATE // 2)
    out = np.where(n % 800 == 0, 0.5, 0.0)
    out[RATE // 4 :] += 0.001 * np.sin(2 * np.pi * 3000 * n[RATE // 4 :] / RATE)
    return out.astype(np.float32)


def reference(samples: np.ndarray) -> list[float]:
    power = librosa.feature.melspectrogram(
        y=samples, sr=RATE, n_fft=1024, hop_length=256, n_mels=128, power=2.0, pad_mode="constant"
    )
    return ((librosa.power_to_db(power, ref=np.max, top_db=80) + 80) / 80).ravel()


if __name__ == "__main__":
    fixtures = {}
    for name, make in (("glide", glide), ("clicks", clicks)):
        values = reference(make())
        fixtures[name] = {"every": 7, "frames": len(values) // 128, "values": [round(float(v), 5) for v in values[::7]]}
    json.dump(fixtures, open(sys.argv[1], "w"))
