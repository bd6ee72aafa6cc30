"""One studio for all tests of a module: what they get wrong changes nothing in it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.scenarios.studio import Studio, furnished
from tests.scenarios.world import opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def studio(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    """The studio, its bot and its Discord each in a process of their own."""
    async with opened(tmp_path_factory.mktemp("studio")) as world:
        yield await furnished(world)
