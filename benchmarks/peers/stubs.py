"""Stand-ins for packages the peers import but whose parts their training steps never call.

Image saving, pretrained classifiers and board loggers are outside what is timed; the stand-ins only
let `import torchgan` and `import torch_mimicry` succeed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

STUBBED = (
    "torchvision",
    "tensorflow",
    "skimage",
    "tensorboardX",
    "torch.utils.tensorboard",
    "torch._six",  # gone from torch; mimicry's ImageNet downloader asks for it
    "visdom",
    "requests",
)


class Stand(type):
    """A class any of whose attributes is another such class."""

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return Stand(name, (), {})


class StandInFinder(MetaPathFinder, Loader):
    """Finds every module at or below the stubbed names."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for a stubbed module, None for any other."""
        if not any(fullname == name or fullname.startswith(name + ".") for name in STUBBED):
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return a module that has whatever attribute is asked for."""
        module = ModuleType(spec.name)
        module.__getattr__ = lambda name: getattr(Stand("Root", (), {}), name)  # type: ignore[method-assign]
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing."""


def install() -> None:
    """Put the stand-ins before everything else."""
    sys.meta_path.insert(0, StandInFinder())
