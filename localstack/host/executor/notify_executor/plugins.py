"""What LocalStack finds by the entry points of this package.

The environment tells it: NOTIFY_NODE (the Node that runs functions), NOTIFY_BOOTSTRAP (what it runs), NOTIFY_JAVA and
NOTIFY_DYNAMODB_LOCAL (Java, and the folder with DynamoDBLocal.jar). `local:up` sets them.
"""

import os
import subprocess

from localstack import config
from localstack.runtime import hooks
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor
from localstack.utils.run import ShellCommandThread

from .node_process import InitError, NodeProcess

LOOPBACK = "127.0.0.1"
# What a function sees of the machine; all else comes from LocalStack, as on AWS.
MACHINE_VARIABLES = ("PATH", "LANG", "LD_LIBRARY_PATH", "TMPDIR")


class NodeProcessExecutor(RuntimeExecutor):
    """An execution environment that is a process of this machine."""

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id=id, function_version=function_version)
        self._process: NodeProcess | None = None

    def start(self, env_vars: dict[str, str]) -> None:
        runtime = self.function_version.config.runtime or "an image"
        if not runtime.startswith("nodejs"):
            raise NotImplementedError(f"Without Docker only Node.js functions run, not {runtime}.")
        task_root = str(self.function_version.config.code.get_unzipped_code_location())
        machine = {name: os.environ[name] for name in MACHINE_VARIABLES if name in os.environ}
        function = {name: str(value) for name, value in env_vars.items() if not name.startswith("LOCALSTACK_RUNTIME")}
        env = {**machine, **function, "LAMBDA_TASK_ROOT": task_root}
        self._process = NodeProcess(os.environ["NOTIFY_NODE"], os.environ["NOTIFY_BOOTSTRAP"], task_root, env)
        try:
            self._process.start()
        except InitError as error:
            raise StatusErrorException("Environment startup failed", payload=error.payload) from error

    def stop(self) -> None:
        if self._process:
            self._process.stop()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        request_id = payload["invoke-id"]
        invoked = self._process.invoke(
            request_id=request_id,
            event=payload["payload"] or "{}",
            function_arn=payload["invoked-function-arn"],
            trace_id=payload["trace-id"],
        )
        return InvocationResult(request_id, invoked.payload, is_error=invoked.is_error, logs=invoked.logs)

    def get_address(self) -> str:
        return LOOPBACK

    def get_endpoint_from_executor(self) -> str:
        return LOOPBACK

    def get_runtime_endpoint(self) -> str:
        return f"http://{LOOPBACK}:{config.GATEWAY_LISTEN[0].port}"

    def get_logs(self) -> str:
        return self._process.output if self._process else ""

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        if function_version.config.code:
            function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Nothing is prepared beside the unzipped code, which LocalStack removes itself."""


class NodeProcessExecutorPlugin(RuntimeExecutorPlugin):
    name = "node-process"

    def load(self, *args, **kwargs) -> type[RuntimeExecutor]:
        return NodeProcessExecutor


class DynamoDBLocalThread(ShellCommandThread):
    """Runs DynamoDB Local in LocalStack's process group, so that it can be ended with it."""

    def do_run_cmd(self) -> None:
        self.process = subprocess.Popen(self.cmd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.started.set()
        self.process.wait()


@hooks.on_infra_start()
def dynamodb_local_from_npm() -> None:
    """LocalStack would download DynamoDB Local, Java and an agent that lifts an index limit. They are on the machine, and no limit is reached."""
    from localstack.services.dynamodb.server import DynamodbServer

    def do_start_thread(server: DynamodbServer) -> ShellCommandThread:
        library = os.environ["NOTIFY_DYNAMODB_LOCAL"]
        thread = DynamoDBLocalThread(
            [
                os.environ["NOTIFY_JAVA"],
                f"-Xmx{server.heap_size}",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                f"-Djava.library.path={library}/DynamoDBLocal_lib",
                *("-jar", f"{library}/DynamoDBLocal.jar"),
                *("-port", str(server.port), "-inMemory", "-disableTelemetry"),
            ],
            auto_restart=True,
            name="dynamodb-local",
        )
        thread.start()
        return thread

    DynamodbServer.do_start_thread = do_start_thread
