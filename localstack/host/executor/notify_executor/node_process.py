"""One execution environment of a Node function: a process that answers one invocation at a time.

It knows nothing of LocalStack, so that it is tested alone. The process runs bootstrap.mjs and is spoken to in lines of JSON:
invocations on its standard input, messages on a pipe whose number is its first argument.

Limits: a process is no sandbox. It has the user's rights, and its memory is bounded only by V8's heap limit.
"""

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from queue import Empty, Queue
from typing import Any

STOP_TIMEOUT_S = 2
# A function may import for this long before its first invocation, as on AWS.
INIT_TIMEOUT_S = 10
MAX_PAYLOAD_BYTES = 6 * 1024 * 1024

Message = dict[str, Any]


class InitError(Exception):
    """The function could not be started; `payload` is the error as Lambda reports it."""

    def __init__(self, payload: bytes) -> None:
        super().__init__(payload.decode(errors="replace"))
        self.payload = payload


class Invoked:
    """What an invocation ended in."""

    def __init__(self, payload: str, is_error: bool, logs: str) -> None:
        self.payload = payload.encode()
        self.is_error = is_error
        self.logs = logs


def error_payload(error_type: str, message: str) -> str:
    return json.dumps({"errorType": error_type, "errorMessage": message})


class NodeProcess:
    def __init__(
        self, node: str, bootstrap: str, task_root: str, env: dict[str, str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._command = [node, f"--max-old-space-size={env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']}", bootstrap]
        self._task_root = task_root
        self._env = env
        self._timeout_s = int(env["AWS_LAMBDA_FUNCTION_TIMEOUT"])
        self._clock = clock
        self._process: subprocess.Popen | None = None
        self._messages: Queue[Message] = Queue()
        self._stopped = False
        self._lock = threading.Lock()
        self._output = ""

    @property
    def output(self) -> str:
        """What the function printed since its last invocation began."""
        return self._output

    def start(self) -> None:
        """Starts the process and waits until the handler is loaded.

        :raises InitError: when it cannot be loaded
        """
        with self._lock:
            if self._stopped:
                raise InitError(error_payload("Runtime.ExitError", "The environment has been stopped.").encode())
            self._spawn()
        message = self._next(INIT_TIMEOUT_S)
        if message["type"] == "ready":
            return
        self._kill()
        raise InitError(message["payload"].encode())

    def _spawn(self) -> None:
        read_fd, write_fd = os.pipe()
        # Each process has a queue of its own: what a killed one still had to say is not heard by its successor's invocation.
        messages: Queue[Message] = Queue()
        try:
            # In LocalStack's process group, so that it can be ended with it.
            process = subprocess.Popen(
                [*self._command, str(write_fd)],
                cwd=self._task_root,
                env=self._env,
                stdin=subprocess.PIPE,
                pass_fds=[write_fd],
            )
        finally:
            os.close(write_fd)
        self._process, self._messages = process, messages
        threading.Thread(target=self._listen, args=(read_fd, process, messages), daemon=True).start()

    def _listen(self, read_fd: int, process: subprocess.Popen, messages: Queue[Message]) -> None:
        with os.fdopen(read_fd, encoding="utf-8") as pipe:
            for line in pipe:
                # A process that is killed in the middle of a line leaves half of it.
                if line.endswith("\n"):
                    messages.put(json.loads(line))
        code = process.wait()
        end = f"signal: {-code}" if code < 0 else f"exit status {code}"
        messages.put({"type": "exit", "payload": error_payload("Runtime.ExitError", f"Error: Runtime exited with error: {end}")})

    def _next(self, seconds: float) -> Message:
        """The next message that is no output."""
        deadline = self._clock() + seconds
        while True:
            try:
                message = self._messages.get(timeout=max(0.0, deadline - self._clock()))
            except Empty:
                message = {
                    "type": "timeout",
                    "payload": error_payload("Sandbox.Timedout", f"Task timed out after {seconds:.2f} seconds"),
                }
            if message["type"] != "log":
                return message
            self._output += message["text"]

    def invoke(self, request_id: str, event: str, function_arn: str, trace_id: str) -> Invoked:
        """Runs one invocation; one that takes too long, or ends the process, is an error, and the next finds a new process."""
        version = self._env.get("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        memory = self._env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        began = self._clock()
        self._output = ""
        message = self._run(request_id, event, function_arn, trace_id)
        payload = message["payload"]
        if message["type"] == "result" and len(payload.encode()) > MAX_PAYLOAD_BYTES:
            text = f"Response payload size exceeded maximum allowed payload size ({MAX_PAYLOAD_BYTES} bytes)."
            message = {"type": "error"}
            payload = error_payload("Function.ResponseSizeTooLarge", text)
        if message["type"] == "timeout":
            error = json.loads(payload)["errorMessage"]
            payload = error_payload("Sandbox.Timedout", f"RequestId: {request_id} Error: {error}")
            self._output += f"{datetime.now(UTC).isoformat()} {request_id} {error}\n"
        elif message["type"] == "exit":
            error = json.loads(payload)["errorMessage"]
            payload = error_payload("Runtime.ExitError", f"RequestId: {request_id} {error}")
        ms = (self._clock() - began) * 1000
        logs = (
            f"START RequestId: {request_id} Version: {version}\n{self._output}END RequestId: {request_id}\n"
            f"REPORT RequestId: {request_id}\tDuration: {ms:.2f} ms\tBilled Duration: {int(ms) + 1} ms\tMemory Size: {memory} MB\n"
        )
        return Invoked(payload, is_error=message["type"] != "result", logs=logs)

    def _run(self, request_id: str, event: str, function_arn: str, trace_id: str) -> Message:
        if self._process is None or self._process.poll() is not None:
            try:
                self.start()
            except InitError as error:
                return {"type": "error", "payload": error.payload.decode()}
        invocation = {
            "requestId": request_id,
            "event": event,
            "functionArn": function_arn,
            "traceId": trace_id,
            "deadline": int(time.time() * 1000) + self._timeout_s * 1000,
        }
        process = self._process
        try:
            process.stdin.write(json.dumps(invocation).encode() + b"\n")
            process.stdin.flush()
        except (BrokenPipeError, ValueError):
            pass  # It has just ended, which is its next message.
        message = self._next(self._timeout_s)
        if message["type"] not in ("result", "error"):
            self._kill()
        return message

    def _kill(self) -> None:
        process = self._process
        if process is None:
            return
        process.kill()
        self._reap(process)
        self._process = None

    @staticmethod
    def _reap(process: subprocess.Popen) -> None:
        process.wait()
        try:
            process.stdin.close()
        except BrokenPipeError:
            pass  # Half an invocation was still to be written.

    def stop(self) -> None:
        """Ends the process; an invocation that still runs ends in an error."""
        with self._lock:
            self._stopped = True
            process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
        self._reap(process)
