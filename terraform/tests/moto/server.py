"""moto's server, made to give back what it was given where a second plan would otherwise see a change.

Each class below is one service of moto 5.2.1; its docstring says what moto leaves out. What it cannot do at all is switched off in
moto.tfvars instead. Usage: python server.py -H 127.0.0.1 -p <port>
"""

import copy
import json
import os
import re

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

import moto
from moto.apigateway import models as apigateway
from moto.apigateway.responses import APIGatewayResponse
from moto.apigatewayv2.models import VpcLink
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.awslambda.models import EventSourceMapping, LambdaFunction
from moto.cloudwatch.models import Alarm
from moto.cloudwatch.responses import CloudWatchResponse
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.vpcs import VPCBackend
from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.s3.models import FakeBucket, FakeDeleteMarker
from moto.s3.responses import S3Response
from moto.servicediscovery.models import ServiceDiscoveryBackend
from moto.servicequotas.models import ServiceQuotasBackend
from moto.servicequotas.responses import ServiceQuotasResponse
from moto.sqs.models import Queue

if moto.__version__ != "5.2.1":
    raise SystemExit(f"server.py completes moto 5.2.1, not {moto.__version__}.")


def wrap(owner, name):
    """Replaces a method by one that gets the original as its first argument."""

    def decorate(replacement):
        original = getattr(owner, name)
        setattr(owner, name, lambda *args, **kwargs: replacement(original, *args, **kwargs))
        return replacement

    return decorate


class RestApis:
    """The import of an OpenAPI document drops the resource policy and where the VPC link leads, and fails on ANY methods and mock integrations."""

    @wrap(apigateway.APIGatewayBackend, "put_rest_api")
    def put_rest_api(original, self, function_id, api_doc, *args, **kwargs):
        document = copy.deepcopy(api_doc)
        integrations = {}
        for path, item in document.get("paths", {}).items():
            if "x-amazon-apigateway-any-method" in item:
                item["any"] = item.pop("x-amazon-apigateway-any-method")
            for method, operation in item.items():
                integration = operation["x-amazon-apigateway-integration"]
                integration["type"] = integration["type"].upper()
                if integration["type"] == "MOCK":
                    integration |= {"uri": "mock", "httpMethod": "POST"}
                integrations[path, method.upper()] = integration
        api = original(self, function_id, document, *args, **kwargs)
        api.policy = document.get("x-amazon-apigateway-policy")
        for (path, method), integration in integrations.items():
            imported = api.get_resource_for_path(path).resource_methods[method].method_integration
            imported.connection_id = integration.get("connectionId")
            imported.cache_key_parameters = integration.get("cacheKeyParameters")
            imported.integration_target = integration.get("integrationTarget")
        return api

    @wrap(apigateway.RestAPI, "to_dict")
    def api_to_dict(original, self):
        described = original(self)
        if described.get("policy"):
            # AWS answers with the text of a JSON string, without its quotes.
            described["policy"] = json.dumps(json.dumps(described["policy"]))[1:-1]
        return described

    @wrap(apigateway.Integration, "to_json")
    def integration_to_json(original, self):
        described = original(self)
        for name, attribute in {
            "connectionId": "connection_id",
            "cacheKeyParameters": "cache_key_parameters",
            "integrationTarget": "integration_target",
        }.items():
            if getattr(self, attribute, None):
                described[name] = getattr(self, attribute)
        return described


class Stages:
    """Method settings are only understood for paths of one segment."""

    @wrap(apigateway.Stage, "apply_operations")
    def apply_operations(original, self, operations):
        others = []
        for operation in operations:
            path, _, setting = operation["path"].strip("/").rpartition("/")
            path, _, group = path.rpartition("/")
            if operation["op"] == "replace" and group in ("metrics", "logging", "throttling", "caching"):
                self._patch_method_setting(path, f"{group}/{setting}", operation["value"])
            elif operation["op"] == "remove" and "/" in operation["path"].strip("/"):
                self.method_settings.pop(operation["path"].strip("/"), None)
            else:
                others.append(operation)
        return original(self, others)


class Autoscaling:
    """Targets have no tags."""

    tags = {}

    @wrap(ApplicationAutoScalingResponse, "register_scalable_target")
    def register(original, self):
        answer = original(self)
        Autoscaling.tags.setdefault(json.loads(answer)["ScalableTargetARN"], {}).update(self._get_param("Tags") or {})
        return answer

    def list_tags(self):
        return json.dumps({"Tags": Autoscaling.tags.get(self._get_param("ResourceARN"), {})})

    ApplicationAutoScalingResponse.list_tags_for_resource = list_tags


class Functions:
    """The key of the environment is not kept."""

    @wrap(LambdaFunction, "__init__")
    def init(original, self, account_id, spec, *args, **kwargs):
        original(self, account_id, spec, *args, **kwargs)
        self.kms_key_arn = spec.get("KMSKeyArn")

    @wrap(LambdaFunction, "get_configuration")
    def get_configuration(original, self, *args, **kwargs):
        return original(self, *args, **kwargs) | ({"KMSKeyArn": self.kms_key_arn} if self.kms_key_arn else {})


class EventSources:
    """A mapping forgets that it was made for an alias."""

    @wrap(EventSourceMapping, "__init__")
    def init(original, self, spec):
        original(self, spec)
        if spec["FunctionName"].startswith("arn:"):
            self.function_arn = spec["FunctionName"]


class Alarms:
    """Composite alarms are listed but cannot be made."""

    CloudWatchResponse.put_composite_alarm = CloudWatchResponse.put_metric_alarm
    Alarm.alarm_rule = property(lambda self: self.rule)


class SecurityGroups:
    """A rule that names a group or a prefix list has no description."""

    @wrap(SecurityGroupRule, "__init__")
    def init(original, self, *args, **kwargs):
        original(self, *args, **kwargs)
        peers = [*args[6:8], kwargs.get("source_group"), kwargs.get("prefix_list_id")]
        self.given_description = next((p["Description"] for p in peers if p and p.get("Description")), None)

    original_description = SecurityGroupRule.description
    SecurityGroupRule.description = property(
        lambda self, original=original_description: self.given_description or original.fget(self)
    )


class Services:
    """Creating a service drops what updating it keeps, no task ever runs, no deployment of a new revision takes over, and a
    family's newest revision may be one that was taken out."""

    KEPT = {
        "deploymentConfiguration": "deployment_configuration",
        "enableECSManagedTags": "enable_ecs_managed_tags",
        "enableExecuteCommand": "enable_execute_command",
        "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
        "availabilityZoneRebalancing": "availability_zone_rebalancing",
    }

    @wrap(EC2ContainerServiceResponse, "create_service")
    def create_service(original, self):
        answer = original(self)
        service = self.ecs_backend._get_service(self._get_param("cluster"), self._get_param("serviceName"))
        for parameter, attribute in Services.KEPT.items():
            if self._get_param(parameter) is not None:
                setattr(service, attribute, self._get_param(parameter))
        return answer


    @wrap(EC2ContainerServiceBackend, "update_service")
    def update_service(original, self, properties):
        service = original(self, properties)
        for deployment in service.deployments:
            deployment |= {
                "taskDefinition": service.task_definition,
                "rolloutState": "COMPLETED",
                "runningCount": service.desired_count,
            }
        service.running_count = service.desired_count
        return service


    @wrap(EC2ContainerServiceBackend, "describe_task_definition")
    def describe_task_definition(original, self, task_definition_str):
        family = task_definition_str.split("/")[-1]
        revisions = self.task_definitions.get(family, {})
        active = [revision for revision, definition in revisions.items() if definition.status == "ACTIVE"]
        return original(self, f"{family}:{max(active)}" if active else task_definition_str)


class Endpoints:
    """An endpoint's network interfaces do not say whose they are."""

    @wrap(VPCBackend, "create_vpc_endpoint")
    def create_vpc_endpoint(original, self, *args, **kwargs):
        endpoint = original(self, *args, **kwargs)
        for interface in endpoint.network_interface_ids or []:
            self.enis[interface].interface_type = "vpc_endpoint"
            self.enis[interface].description = f"VPC Endpoint Interface {endpoint.id}"
        return endpoint

    @wrap(NetworkInterface, "get_filter_value")
    def get_filter_value(original, self, filter_name, *args, **kwargs):
        return self.interface_type if filter_name == "interface-type" else original(self, filter_name, *args, **kwargs)


class VpcLinks:
    """A link has no status."""

    @wrap(VpcLink, "to_json")
    def to_json(original, self):
        return original(self) | {"vpcLinkStatus": "AVAILABLE"}


class Quotas:
    """There are quotas of VPC only, and no defaults of them."""

    ServiceQuotasResponse.get_aws_default_service_quota = ServiceQuotasResponse.get_service_quota

    @wrap(ServiceQuotasBackend, "get_service_quota")
    def get_service_quota(original, self, service_code, quota_code):
        if (service_code, quota_code) == ("lambda", "L-B99A9384"):
            arn = f"arn:aws:servicequotas:{self.region_name}:{self.account_id}:{service_code}/{quota_code}"
            return {"QuotaArn": arn, "QuotaCode": quota_code, "QuotaName": "Concurrent executions", "ServiceCode": service_code, "Value": 1000.0}
        return original(self, service_code, quota_code)


class Buckets:
    """That a bucket tells EventBridge is kept, but not told."""

    @wrap(S3Response, "get_bucket_notification")
    def get_bucket_notification(original, self):
        configuration = self.backend.get_bucket_notification_configuration(self.bucket_name)
        answer = original(self)
        if configuration is None or configuration.event_bridge is None:
            return answer
        *rest, body = answer
        text = body.decode() if isinstance(body, bytes) else body
        text = re.sub(r"<NotificationConfiguration([^>]*?)/>", r"<NotificationConfiguration\1></NotificationConfiguration>", text)
        told = "<EventBridgeConfiguration></EventBridgeConfiguration></NotificationConfiguration>"
        return *rest, text.replace("</NotificationConfiguration>", told)


class DeleteMarkers:
    """A version of an object that only says that it was deleted cannot be taken away itself."""

    FakeDeleteMarker.dispose = lambda self, garbage=False: None


class BucketPolicies:
    """A policy's conditions are not heeded, so that to deny what comes without TLS denies everything. What comes here counts as encrypted."""

    @wrap(FakeBucket, "get_permission")
    def get_permission(original, self, action, resource):
        policy = self.policy
        if policy:
            document = json.loads(policy)
            unencrypted = {"Bool": {"aws:SecureTransport": "false"}}
            document["Statement"] = [s for s in document["Statement"] if s.get("Condition") != unencrypted]
            self.policy = json.dumps(document).encode()
        try:
            return original(self, action, resource)
        finally:
            self.policy = policy


class Namespaces:
    """A VPC has one namespace, whatever its name."""

    @wrap(ServiceDiscoveryBackend, "create_private_dns_namespace")
    def create_private_dns_namespace(original, self, **kwargs):
        others = {id: namespace.vpc for id, namespace in self.namespaces.items() if namespace.name != kwargs["name"]}
        for id in others:
            self.namespaces[id].vpc = None
        try:
            return original(self, **kwargs)
        finally:
            for id, vpc in others.items():
                self.namespaces[id].vpc = vpc


class Queues:
    """Setting any attribute drops the policy."""

    @wrap(Queue, "_set_attributes")
    def set_attributes(original, self, attributes, now=None):
        policy = getattr(self, "policy", None)
        original(self, attributes, now)
        if "Policy" not in attributes:
            self.policy = policy


if __name__ == "__main__":
    from moto.server import main

    main()
