from __future__ import annotations

import pytest

from sdkbase.codegen import generate
from tests.unit.codegen.project import Project

# It formats by ruff, again and again.
pytestmark = pytest.mark.usefixtures("uncovered_children")


@pytest.fixture
def bare(project: Project) -> Project:
    project.prefix = ""
    return project


def test_defined_names_lose_their_prefix_and_imported_ones_become_sync(bare: Project) -> None:
    bare.write("class AsyncUsers: ...\n", "users.py")
    code = '''\
        from sdkbase import AsyncHttpClient

        from .users import AsyncUsers

        AsyncAlias = AsyncUsers
        __all__ = ["AsyncAcme", "AsyncAlias", "async_user"]  # sync: keep


        class AsyncAcme(AsyncHttpClient):
            """An AsyncAcme is an AsyncHttpClient."""

            users: AsyncUsers


        async def AsyncOpen() -> AsyncAcme: ...
        '''
    assert bare.sync(code) == (
        "from sdkbase import SyncHttpClient\n\n"
        "from .users import Users\n\n"
        "Alias = Users\n"
        '__all__ = ["AsyncAcme", "AsyncAlias", "async_user"]  # sync: keep\n\n\n'
        "class Acme(SyncHttpClient):\n"
        '    """An Acme is a SyncHttpClient."""\n\n'
        "    users: Users\n\n\n"
        "def Open() -> Acme: ...\n"
    )


def test_another_prefix_can_be_chosen(project: Project) -> None:
    project.prefix = "Blocking"
    assert project.sync("class AsyncA(AsyncB): ...\n") == "class BlockingA(SyncB): ...\n"


@pytest.mark.parametrize("prefix", ["1", "a b", "Async", "-"])
def test_impossible_prefix_is_refused(project: Project, prefix: str) -> None:
    project.prefix = prefix
    assert f"{prefix!r} cannot be a prefix of sync names" in project.refusal("x = 1\n")


@pytest.mark.parametrize("module", ["sdkbase", "..shim", "sdkbase.pager"])
def test_name_that_is_defined_and_imported_is_refused(bare: Project, module: str) -> None:
    bare.write("class AsyncPager: ...\n", "pager.py")
    message = bare.refusal(f"from {module} import AsyncPager as _Base\n\nx = _Base\n")
    assert message == (
        "_async/module.py:1: 'AsyncPager' is defined by the sources too: rename one of them"
    )


@pytest.mark.parametrize("module", [".pager", "acme._async.pager"])
def test_name_may_be_imported_from_the_sources(bare: Project, module: str) -> None:
    bare.write("class AsyncPager: ...\n", "pager.py")
    code = f"from {module} import AsyncPager\n\nx = AsyncPager\n"
    assert bare.sync(code).endswith("import Pager\n\nx = Pager\n")


def test_prefix_less_name_that_exists_already_is_refused(bare: Project) -> None:
    assert "'AsyncPage' and 'Page' would both become 'Page'" in bare.refusal(
        "from acme import Page\n\n\nclass AsyncPage(Page): ...\n"
    )


def test_name_of_the_table_with_another_prefix_is_refused(bare: Project) -> None:
    assert bare.sync("class AsyncMock: ...\n") == "class Mock: ...\n"
    bare.prefix = "Blocking"
    assert "it is a library's name too, and becomes 'Mock'" in bare.refusal()


def test_extra_replacements_come_first(project: Project) -> None:
    project.replacements = {"AsyncMock": "PlainMock", "gather_all": "run_all"}
    code = 'class AsyncMock: ...\n\n\nx = gather_all("gather_all")\n'
    assert project.sync(code) == 'class PlainMock: ...\n\n\nx = run_all("run_all")\n'


def test_unused_replacement_fails(project: Project) -> None:
    project.replacements = {"used": "x", "unused": "y"}
    assert project.refusal("used = 1\n") == (
        "_async: the replacement 'unused' is not used by any source: remove it"
    )


@pytest.mark.parametrize(("name", "value"), [("a.b", "c"), ("await", "x"), ("a", "")])
def test_replacement_that_can_never_apply_is_refused(
    project: Project, name: str, value: str
) -> None:
    project.replacements = {name: value}
    message = f"the replacement {name!r} = {value!r} is not from one name to another"
    assert message in project.refusal(f"# {name}\n")


@pytest.fixture
def sdk(project: Project) -> tuple[Project, Project]:
    """Make a package whose names lose their prefix, and its tests."""
    package = Project(project.root / "src/acme", prefix="")
    package.write("class AsyncAcme: ...\n\n\nclass AsyncPage: ...\n", "client.py")
    (package.root / "__init__.py").write_text("")
    return package, Project(project.root / "tests", prefix="")


@pytest.mark.parametrize(
    "code",
    [
        "import acme\n\nx = acme.AsyncAcme\n",
        "from acme._async.client import AsyncAcme\n\nx = AsyncAcme\n",
    ],
)
def test_tests_follow_the_names_of_the_package(sdk: tuple[Project, Project], code: str) -> None:
    package, tests = sdk
    tests.write(code)
    generate([package.target, tests.target])
    assert "AsyncAcme" not in tests.read()
    assert "SyncAcme" not in tests.read()


def test_names_of_a_package_that_is_not_imported_do_not_matter(
    sdk: tuple[Project, Project],
) -> None:
    package, tests = sdk
    tests.write("from other import AsyncPage\n\nx = AsyncPage\n")
    generate([package.target, tests.target])
    assert tests.read() == "from other import SyncPage\n\nx = SyncPage\n"


def test_two_folders_of_one_package_share_their_names(sdk: tuple[Project, Project]) -> None:
    package, _ = sdk
    admin = Project(package.root / "admin", prefix="Blocking")
    admin.write("from ..._async.client import AsyncAcme\n\n\nclass AsyncAdmin(AsyncAcme): ...\n")
    (admin.root / "__init__.py").write_text("")
    generate([package.target, admin.target])
    assert admin.read() == (
        "from ..._sync.client import Acme\n\n\nclass BlockingAdmin(Acme): ...\n"
    )


def test_own_names_come_before_those_of_the_package(sdk: tuple[Project, Project]) -> None:
    package, tests = sdk
    tests.prefix = "Sync"
    tests.write("import acme\n\n\nclass AsyncPage(acme.AsyncAcme): ...\n")
    generate([package.target, tests.target])
    assert tests.read() == "import acme\n\n\nclass SyncPage(acme.Acme): ...\n"


def test_names_of_a_file_without_a_twin_follow_the_prefix_too(bare: Project) -> None:
    bare.write("# sync: skip\nclass AsyncPause: ...\n", "pause.py")
    assert bare.sync("from .pause import AsyncPause\n\nx = AsyncPause\n") == (
        "from .pause import Pause\n\nx = Pause\n"
    )


def test_a_file_without_a_twin_is_python_all_the_same(project: Project) -> None:
    assert "cannot be read as Python" in project.refusal("# sync: skip\nclass (\n")
