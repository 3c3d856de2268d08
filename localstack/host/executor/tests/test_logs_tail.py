import unittest

from notify_executor.logs_tail import format_event, since_to_ms


class LogsTailTest(unittest.TestCase):
    def test_since_is_a_span_or_a_point_in_time(self) -> None:
        self.assertEqual(since_to_ms("10m", now_s=1_000), 400_000)
        self.assertEqual(since_to_ms("2d", now_s=200_000), 27_200_000)
        self.assertEqual(since_to_ms("1970-01-01T00:01:00", now_s=0), 60_000)
        self.assertEqual(since_to_ms("1970-01-01T01:01:00+01:00", now_s=0), 60_000)
        with self.assertRaisesRegex(ValueError, "--since"):
            since_to_ms("lately", now_s=0)

    def test_an_event_is_one_line(self) -> None:
        event = {"timestamp": 61_000, "logStreamName": "stream", "message": "hello\n"}
        self.assertEqual(format_event(event, "short"), "1970-01-01T00:01:01 hello")
        self.assertEqual(format_event(event, "detailed"), "1970-01-01T00:01:01+00:00 stream hello")


if __name__ == "__main__":
    unittest.main()
