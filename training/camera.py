# SPDX-License-Identifier: BSD-2-Clause
"""What a camera and a codec do to finished frames: exposure and colour drift, softness, noise, compression."""
import cv2
import numpy as np


def regrade(image, rng):
    """A picture in another light: contrast, brightness, saturation and balance changed at random. uint8."""
    x = image.astype(np.float32)
    x = (x - 128) * rng.uniform(.75, 1.3) + 128 + rng.uniform(-25, 25)
    grey = x.mean(2, keepdims=True)
    x = grey + (x - grey) * rng.uniform(.5, 1.4)
    return np.clip(x * rng.uniform(.93, 1.07, (1, 1, 3)), 0, 255).astype(np.uint8)


class Camera:
    """One clip's camera; call it with each frame (S,S,3 uint8) in order."""

    def __init__(self, rng):
        self.rng = rng
        self.drift = rng.choice([0, .02, .05])
        self.gain, self.offset, self.balance = 1., 0., np.ones(3)
        self.soft = rng.uniform(1.2, 2.5) if rng.random() < .25 else 1.     # as if enlarged this many times
        self.noise = rng.uniform(2, 9) if rng.random() < .25 else 0.
        self.quality = int(rng.choice([0, 0, 25, 40, 60, 80]))              # JPEG; 0: none

    def __call__(self, frame):
        rng, size = self.rng, frame.shape[1::-1]
        if self.drift:
            self.gain = np.clip(self.gain + rng.normal() * self.drift, .6, 1.5)
            self.offset = np.clip(self.offset + rng.normal() * self.drift * 80, -30, 30)
            self.balance = np.clip(self.balance + rng.normal(size=3) * self.drift * .3, .85, 1.15)
            frame = np.clip(frame * (self.gain * self.balance).astype(np.float32) + self.offset, 0, 255)
            frame = frame.astype(np.uint8)
        if self.soft > 1:
            small = cv2.resize(frame, None, fx=1 / self.soft, fy=1 / self.soft, interpolation=cv2.INTER_AREA)
            frame = cv2.resize(small, size, interpolation=cv2.INTER_LINEAR)
        if self.noise:
            grain = rng.normal(size=frame.shape[:2]).astype(np.float32) * self.noise
            frame = np.clip(frame + grain[..., None], 0, 255).astype(np.uint8)
        if self.quality:
            frame = cv2.imdecode(cv2.imencode('.jpg', frame, [cv2.IMWRITE_JPEG_QUALITY, self.quality])[1], 1)
        return frame
