"""
The build hook of hatchling: an SDK is not packed with sync code that is out of date.

In the pyproject.toml of an SDK:

    [build-system]
    requires = ["hatchling", "sdkbase[codegen]"]
    build-backend = "hatchling.build"

    [tool.hatch.build.hooks.sdkbase]

It generates; with `check = true` it only compares, and fails if anything is out of date.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.plugin import hookimpl

from ._config import Target, read_targets
from ._errors import CodegenError, Problem
from ._generate import check, generate

NAME = "sdkbase"


class SyncBuildHook(BuildHookInterface[BuilderConfig]):
    """Bring the sync code up to date before a wheel, an sdist or an editable install is made."""

    PLUGIN_NAME = NAME

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """
        Generate or compare; the build ends here if that fails.

        Args:
            version: The kind of build, such as `standard` or `editable`.
            build_data: Told to pack the generated files even if git ignores them.
        """
        try:
            targets = self._targets()
            self._bring_up_to_date(targets)
        except CodegenError as error:
            lines = [f"error: {problem}" for problem in error.problems]
            self.app.abort("\n".join(["The sync code cannot be built.", *lines]))
        else:
            build_data["artifacts"] += self._artifacts(targets)

    def _targets(self) -> list[Target]:
        root = Path(self.root)
        targets = read_targets(root)
        # An sdist may come without the tests; whoever builds from it cannot help that.
        is_sdist = (root / "PKG-INFO").is_file()
        return [target for target in targets if target.source.is_dir() or not is_sdist]

    def _artifacts(self, targets: list[Target]) -> Iterator[str]:
        """Give the patterns of generated files whose sources are packed."""
        root = Path(self.root)
        for target in targets:
            source, output = (
                folder.relative_to(root).as_posix() for folder in (target.source, target.output)
            )
            if self.build_config.include_path(f"{source}/module.py"):
                yield f"/{output}/**/*.py"

    def _bring_up_to_date(self, targets: list[Target]) -> None:
        only_check = self.config.get("check", False)
        if not isinstance(only_check, bool):
            table = f"[tool.hatch.build.hooks.{NAME}]"
            raise CodegenError([Problem(f"{table} needs true or false for 'check'")])
        if not only_check:
            generate(targets)
            return
        report = check(targets)
        if not report.clean:
            raise CodegenError(
                [
                    *(Problem(change.kind, change.path) for change in report.changes),
                    Problem("the sync code is out of date. Run: sdkbase sync"),
                ]
            )


@hookimpl
def hatch_register_build_hook() -> type[SyncBuildHook]:
    """Tell hatchling about the hook."""
    return SyncBuildHook
