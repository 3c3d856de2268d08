"""The execution environment by itself: python -m unittest, with NOTIFY_NODE and NOTIFY_BOOTSTRAP set."""

import json
import os
import tempfile
import threading
import time
import unittest
from pathlib import Path

from notify_executor.node_process import InitError, NodeProcess

HANDLER = """
let count = 0;
export const handler = async (event, context) => {
  switch (event.do) {
    case 'count': return ++count;
    case 'log': console.log('hello from the function'); return null;
    case 'throw': throw new RangeError('not today');
    case 'exit': return process.exit(7);
    case 'hang': return new Promise(() => setInterval(() => {}, 1000));
    case 'large': return 'x'.repeat(6 * 1024 * 1024);
    case 'nothing': return undefined;
    case 'environment': return Object.keys(process.env).sort();
    case 'context': return { ...context, left: context.getRemainingTimeInMillis() };
    default: return event;
  }
};
"""


class NodeProcessTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "index.mjs").write_text(HANDLER)

    def environment(self, **variables: str) -> NodeProcess:
        env = {
            "AWS_LAMBDA_FUNCTION_NAME": "fixture",
            "AWS_LAMBDA_FUNCTION_VERSION": "3",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": "5",
            "LAMBDA_TASK_ROOT": str(self.root),
            "_HANDLER": "index.handler",
            **variables,
        }
        process = NodeProcess(os.environ["NOTIFY_NODE"], os.environ["NOTIFY_BOOTSTRAP"], str(self.root), env)
        self.addCleanup(process.stop)
        return process

    def invoke(self, process: NodeProcess, event: object):
        invoked = process.invoke("request-1", json.dumps(event), "arn:aws:lambda:us-east-1:000000000000:function:fixture", "Root=1")
        return json.loads(invoked.payload), invoked

    def test_it_answers_and_stays_warm(self) -> None:
        process = self.environment()
        process.start()
        self.assertEqual(self.invoke(process, {"do": "count"})[0], 1)
        self.assertEqual(self.invoke(process, {"do": "count"})[0], 2)
        self.assertEqual(self.invoke(process, {"text": "你好 👋\n"})[0], {"text": "你好 👋\n"})
        self.assertIsNone(self.invoke(process, {"do": "nothing"})[0])

    def test_output_stands_between_start_and_report(self) -> None:
        process = self.environment()
        process.start()
        _, invoked = self.invoke(process, {"do": "log"})
        lines = invoked.logs.splitlines()
        self.assertEqual(lines[0], "START RequestId: request-1 Version: 3")
        self.assertEqual(lines[1], "hello from the function")
        self.assertEqual(lines[2], "END RequestId: request-1")
        self.assertRegex(lines[3], r"^REPORT RequestId: request-1\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB$")

    def test_the_context_says_who_runs_and_for_how_long_still(self) -> None:
        process = self.environment()
        process.start()
        context, _ = self.invoke(process, {"do": "context"})
        self.assertEqual(context["awsRequestId"], "request-1")
        self.assertEqual(context["functionName"], "fixture")
        self.assertEqual(context["memoryLimitInMB"], "128")
        self.assertTrue(0 < context["left"] <= 5000)

    def test_it_sees_its_own_environment_only(self) -> None:
        process = self.environment(TABLE="notification-records")
        process.start()
        names, _ = self.invoke(process, {"do": "environment"})
        self.assertIn("TABLE", names)
        self.assertNotIn("HOME", names)

    def test_a_thrown_error_has_its_type_message_and_trace(self) -> None:
        process = self.environment()
        process.start()
        error, invoked = self.invoke(process, {"do": "throw"})
        self.assertTrue(invoked.is_error)
        self.assertEqual((error["errorType"], error["errorMessage"]), ("RangeError", "not today"))
        self.assertEqual(error["trace"][0], "RangeError: not today")
        self.assertIn("Invoke Error", invoked.logs)

    def test_an_invocation_that_ends_badly_is_told_and_the_next_one_works(self) -> None:
        for deed, error_type, message in (
            ("hang", "Sandbox.Timedout", "Task timed out after 1.00 seconds"),
            ("exit", "Runtime.ExitError", "exit status 7"),
            ("large", "Function.ResponseSizeTooLarge", "6291456"),
        ):
            with self.subTest(deed):
                process = self.environment(AWS_LAMBDA_FUNCTION_TIMEOUT="1")
                process.start()
                error, invoked = self.invoke(process, {"do": deed})
                self.assertTrue(invoked.is_error)
                self.assertEqual(error["errorType"], error_type)
                self.assertIn(message, error["errorMessage"])
                self.assertEqual(self.invoke(process, {"do": "count"})[0], 1)

    def test_code_that_cannot_be_loaded_is_told_by_its_reason(self) -> None:
        (self.root / "broken.mjs").write_text("throw new SyntaxError('half a file');")
        for handler, error_type, message in (
            ("broken.handler", "SyntaxError", "half a file"),
            ("missing.handler", "Runtime.ImportModuleError", "Cannot find module"),
            ("index.other", "Runtime.HandlerNotFound", "not exported"),
            ("index", "Runtime.MalformedHandlerName", "Bad handler"),
        ):
            with self.subTest(handler), self.assertRaises(InitError) as caught:
                self.environment(_HANDLER=handler).start()
            error = json.loads(caught.exception.payload)
            self.assertEqual(error["errorType"], error_type)
            self.assertIn(message, error["errorMessage"])

    def test_a_stop_ends_an_invocation_that_runs(self) -> None:
        process = self.environment(AWS_LAMBDA_FUNCTION_TIMEOUT="30")
        process.start()
        results = []
        thread = threading.Thread(target=lambda: results.append(self.invoke(process, {"do": "hang"})))
        began = time.monotonic()
        thread.start()
        process.stop()
        thread.join(timeout=20)
        self.assertLess(time.monotonic() - began, 20)
        self.assertTrue(results[0][1].is_error)


if __name__ == "__main__":
    unittest.main()
