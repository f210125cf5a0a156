"""How many threads a run takes: a second one only while the machine has a core to spare."""

import os
import time

import torch


class Pace:
    """Looks every few steps at how busy the processors were and at what this process got of them."""

    def __init__(self, threads: int) -> None:
        self.fixed = threads > 0
        torch.set_num_threads(threads or 1)
        self.last = self.read()

    @staticmethod
    def read() -> tuple[float, float, float]:
        """Seconds: idle of all processors, used by this process, on the clock."""
        with open("/proc/stat") as stat:
            idle = int(stat.readline().split()[4]) / os.sysconf("SC_CLK_TCK")
        return idle, time.process_time(), time.time()

    def adjust(self, step: int) -> None:
        if self.fixed or step % 5:
            return
        now = self.read()
        idle, used, clock = (new - old for new, old in zip(now, self.last))
        self.last = now
        if clock < 1:
            return
        if torch.get_num_threads() == 1 and idle / clock > 0.7:
            torch.set_num_threads(2)
        elif torch.get_num_threads() == 2 and used / clock < 1.7:
            torch.set_num_threads(1)
