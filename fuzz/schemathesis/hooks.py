"""What schemathesis asks of each answer beside its own checks, and the bounds of its generators."""

import os
import re
import time

import schemathesis

LEAK = re.compile(os.environ["FUZZ_LEAK_PATTERN"])
TABLE = re.compile(os.environ["FUZZ_TABLE_PATTERN"])
AGAIN = 3


@schemathesis.check
def server_error(ctx, response, case):
    """No answer is a 5xx, but for the one that asks to come again until the read model has caught up.

    A machine that is busy is late with any request: one that is late is asked again.
    """
    for _ in range(AGAIN):
        if response.status_code not in (503, 504) or is_behind(response):
            break
        time.sleep(1)
        response = case.call(timeout=40)
    assert response.status_code < 500 or is_behind(response), f"{response.status_code} {response.text[:300]}"


def is_behind(response):
    return "READ_MODEL.BEHIND" in response.text and "retry-after" in {name.lower() for name in response.headers}


@schemathesis.check
def leak(ctx, response, case):
    """Nothing of the inside is in an answer: no stack trace, path, address or ARN; in a refusal no name of a table."""
    answer = "\n".join(f"{name}: {value}" for name, value in response.headers.items()) + "\n" + response.text
    found = LEAK.search(answer) or (response.status_code >= 400 and TABLE.search(answer))
    assert not found, f"The answer holds {found.group(0) if found else ''!r}"
