"""What schemathesis asks of each answer beside its own checks, and the bounds of its generators."""

import os
import re

import schemathesis

LEAK = re.compile(os.environ["FUZZ_LEAK_PATTERN"])
TABLE = re.compile(os.environ["FUZZ_TABLE_PATTERN"])


@schemathesis.check
def server_error(ctx, response, case):
    """No answer is a 5xx, but for the one that asks to come again until the read model has caught up."""
    if response.status_code < 500:
        return
    behind = "READ_MODEL.BEHIND" in response.text and "retry-after" in {name.lower() for name in response.headers}
    assert behind, f"{response.status_code} {response.text[:300]}"


@schemathesis.check
def leak(ctx, response, case):
    """Nothing of the inside is in an answer: no stack trace, path, address or ARN; in a refusal no name of a table."""
    answer = "\n".join(f"{name}: {value}" for name, value in response.headers.items()) + "\n" + response.text
    found = LEAK.search(answer) or (response.status_code >= 400 and TABLE.search(answer))
    assert not found, f"The answer holds {found.group(0) if found else ''!r}"
