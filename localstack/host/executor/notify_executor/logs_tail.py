"""`aws logs tail` for version 1 of the AWS CLI, which PyPI has; version 2 brings its own.

A plugin of the AWS CLI: `[plugins] logs-tail = notify_executor.logs_tail` in its configuration file switches it on.
"""

import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from awscli.customizations.commands import BasicCommand

UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
FOLLOW_PAUSE_S = 1.0


def awscli_initialize(cli) -> None:
    cli.register("building-command-table.logs", add_tail)


def add_tail(command_table, session, **kwargs) -> None:
    command_table["tail"] = TailCommand(session)


def since_to_ms(since: str, now_s: float) -> int:
    """`10m` before now, or a point in time in ISO 8601, as milliseconds since 1970."""
    if match := re.fullmatch(r"(\d+)([smhdw])", since):
        return int((now_s - int(match[1]) * UNITS_S[match[2]]) * 1000)
    try:
        point = datetime.fromisoformat(since)
    except ValueError:
        raise ValueError(f"--since is a number with s, m, h, d or w, or a time in ISO 8601, not {since}") from None
    return int((point if point.tzinfo else point.replace(tzinfo=UTC)).timestamp() * 1000)


def format_event(event: dict, layout: str) -> str:
    time_of = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
    message = event["message"].rstrip("\n")
    if layout == "short":
        return f"{time_of:%Y-%m-%dT%H:%M:%S} {message}"
    return f"{time_of.isoformat()} {event['logStreamName']} {message}"


class TailCommand(BasicCommand):
    NAME = "tail"
    DESCRIPTION = "Prints the events of a log group, the oldest first."
    ARG_TABLE = [
        {"name": "group_name", "positional_arg": True, "help_text": "The log group."},
        {"name": "since", "default": "10m", "help_text": "From when: 10m, 1h, 2d, or a time in ISO 8601."},
        {"name": "follow", "action": "store_true", "help_text": "Go on with new events until interrupted."},
        {"name": "format", "default": "detailed", "choices": ["detailed", "short"], "help_text": "How much of an event to print."},
        {"name": "filter-pattern", "help_text": "Only events that match."},
    ]

    def _run_main(self, parsed_args, parsed_globals) -> int:
        client = self._session.create_client(
            "logs",
            region_name=parsed_globals.region,
            endpoint_url=parsed_globals.endpoint_url,
            verify=parsed_globals.verify_ssl,
        )
        query = {"logGroupName": parsed_args.group_name, "startTime": since_to_ms(parsed_args.since, time.time())}
        if parsed_args.filter_pattern:
            query["filterPattern"] = parsed_args.filter_pattern
        seen: set[str] = set()
        while True:
            for event in self._events(client, query, seen):
                print(format_event(event, parsed_args.format))
            sys.stdout.flush()
            if not parsed_args.follow:
                return 0
            time.sleep(FOLLOW_PAUSE_S)

    @staticmethod
    def _events(client, query: dict, seen: set[str]) -> Iterator[dict]:
        """The events that have not been seen yet. Late ones may lie before those that have, so the start stays where it is."""
        for page in client.get_paginator("filter_log_events").paginate(**query):
            for event in page["events"]:
                if event["eventId"] not in seen:
                    seen.add(event["eventId"])
                    yield event
