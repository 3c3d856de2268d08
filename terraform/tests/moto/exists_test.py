"""What really exists after the apply, asked of the AWS APIs and held against terraform/tables.json, functions.json and api/."""

import json
import os
import pathlib
import unittest

import boto3
import yaml
from botocore.exceptions import ClientError

ROOT = pathlib.Path(__file__).parents[2]
TABLES = json.loads((ROOT / "tables.json").read_text())
FUNCTIONS = json.loads((ROOT / "functions.json").read_text())
VPC = json.loads(os.environ["VPC"])
NAME = "notify-production"


def client(service):
    return boto3.client(service)


def real(name):
    return f"{NAME}-{name}"


class Tables(unittest.TestCase):
    def test_every_table_is_as_described(self):
        for name, described in TABLES.items():
            table = client("dynamodb").describe_table(TableName=real(name))["Table"]
            with self.subTest(name):
                self.assertEqual(keys(table["KeySchema"]), wanted_keys(described))
                indexes = {i["IndexName"]: keys(i["KeySchema"]) for i in table.get("GlobalSecondaryIndexes", [])}
                self.assertEqual(indexes, {i["name"]: wanted_keys(i) for i in described["indexes"]})
                types = {a["AttributeName"]: a["AttributeType"] for a in table["AttributeDefinitions"]}
                wanted = [described, *described["indexes"]]
                self.assertEqual(types, {k["name"]: k["type"] for d in wanted for k in (d["partition_key"], d.get("sort_key")) if k})
                self.assertEqual(table.get("StreamSpecification", {}).get("StreamViewType"), described["stream"])
                self.assertEqual(table["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
                self.assertEqual(table["SSEDescription"]["SSEType"], "KMS")
                ttl = client("dynamodb").describe_time_to_live(TableName=real(name))["TimeToLiveDescription"]
                self.assertEqual(ttl.get("AttributeName"), described["ttl_attribute"])
                backups = client("dynamodb").describe_continuous_backups(TableName=real(name))["ContinuousBackupsDescription"]
                self.assertEqual(backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"], "ENABLED")

    def test_a_table_refuses_to_be_deleted(self):
        with self.assertRaisesRegex(ClientError, "(?i)delet"):
            client("dynamodb").delete_table(TableName=real("notification-records"))


def keys(schema):
    return [element["AttributeName"] for element in sorted(schema, key=lambda e: e["KeyType"])]


def wanted_keys(described):
    return [key["name"] for key in (described["partition_key"], described.get("sort_key")) if key]


class Functions(unittest.TestCase):
    def test_every_function_is_as_described(self):
        for name, described in FUNCTIONS.items():
            function = client("lambda").get_function_configuration(FunctionName=real(name))
            environment = function["Environment"]["Variables"]
            with self.subTest(name):
                self.assertEqual((function["Runtime"], function["Handler"]), ("nodejs22.x", "handler.handler"))
                self.assertEqual((function["MemorySize"], function["Timeout"]), (described["memory_mb"], described["timeout_s"]))
                self.assertEqual({v: environment[v] for v in described["tables"]}, {v: real(t) for v, t in described["tables"].items()})
                self.assertEqual(environment["POWERTOOLS_METRICS_NAMESPACE"], "notify")
                self.assertEqual(environment["POWERTOOLS_SERVICE_NAME"], real(name))
                for variable in described["endpoints"]:
                    self.assertRegex(environment[variable], "^http://.*notify-production-alb")
                    self.assertLess(float(environment["REQUEST_TIMEOUT"]), described["timeout_s"])
                self.assertEqual(sorted(function["VpcConfig"]["SubnetIds"]), sorted(VPC["private_subnet_ids"]))

    def test_every_stream_drives_its_function(self):
        for name, described in FUNCTIONS.items():
            source = described["event_source"]
            if not source:
                continue
            table = client("dynamodb").describe_table(TableName=real(source["table"]))["Table"]
            mappings = client("lambda").list_event_source_mappings(EventSourceArn=table["LatestStreamArn"])["EventSourceMappings"]
            with self.subTest(name):
                own = [mapping for mapping in mappings if mapping["FunctionArn"].endswith(f":{real(name)}:live")]
                self.assertEqual(len(own), 1)
                mapping = own[0]
                self.assertEqual(mapping["StartingPosition"], "TRIM_HORIZON")
                self.assertEqual(mapping["BatchSize"], source["batch_size"])
                self.assertEqual(mapping["FunctionResponseTypes"], ["ReportBatchItemFailures"])
                self.assertEqual(mapping["BisectBatchOnFunctionError"], source["bisect_batch_on_error"])
                bucket = mapping["DestinationConfig"]["OnFailure"]["Destination"].rpartition(":")[2]
                self.assertEqual(bucket, f"{NAME}-given-up-123456789012")
                self.assertIn("EventBridgeConfiguration", client("s3").get_bucket_notification_configuration(Bucket=bucket))
                rule = client("events").describe_rule(Name=f"{real(name)}-given-up")
                self.assertIn(f"aws/lambda/{mapping['UUID']}/", rule["EventPattern"])
                [target] = client("events").list_targets_by_rule(Rule=rule["Name"])["Targets"]
                queue = target["Arn"].rpartition(":")[2]
                self.assertEqual(queue, f"{real(name)}-on-failure")
                url = client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
                policy = json.loads(client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"])
                self.assertEqual(policy["Statement"][0]["Condition"], {"Bool": {"aws:SecureTransport": "false"}})

    def test_no_role_has_managed_permissions(self):
        for name in FUNCTIONS:
            with self.subTest(name):
                self.assertEqual(client("iam").list_attached_role_policies(RoleName=real(name))["AttachedPolicies"], [])


class Apis(unittest.TestCase):
    def setUp(self):
        self.gateway = client("apigateway")
        self.apis = {api["name"]: api for api in self.gateway.get_rest_apis()["items"]}

    def test_there_is_an_api_for_each_document(self):
        self.assertEqual(set(self.apis), {real(f.name.removesuffix(".openapi.yaml")) for f in (ROOT / "api").glob("*.openapi.yaml")})

    def test_apis_are_private_behind_one_endpoint(self):
        endpoints = client("ec2").describe_vpc_endpoints(Filters=[{"Name": "service-name", "Values": ["com.amazonaws.ap-southeast-1.execute-api"]}])
        [endpoint] = [e["VpcEndpointId"] for e in endpoints["VpcEndpoints"] if e["VpcId"] == VPC["vpc_id"]]
        for name, api in self.apis.items():
            with self.subTest(name):
                self.assertEqual(api["endpointConfiguration"]["types"], ["PRIVATE"])
                self.assertEqual(api["endpointConfiguration"]["vpcEndpointIds"], [endpoint])
                policy = json.loads(json.loads(f'"{api["policy"]}"'))
                self.assertEqual(
                    {s["Effect"]: s["Condition"] for s in policy["Statement"]},
                    {"Deny": {"StringNotEquals": {"aws:SourceVpce": endpoint}}, "Allow": {"StringEquals": {"aws:SourceVpce": endpoint}}},
                )

    def test_routes_lead_where_they_should(self):
        api = self.apis[real("notifications")]["id"]
        [link] = client("apigatewayv2").get_vpc_links()["Items"]
        [balancer] = client("elbv2").describe_load_balancers(Names=[f"{NAME}-alb"])["LoadBalancers"]
        seen = 0
        for resource in self.gateway.get_resources(restApiId=api, embed=["methods"], limit=500)["items"]:
            for method in resource.get("resourceMethods", {}):
                integration = self.gateway.get_integration(restApiId=api, resourceId=resource["id"], httpMethod=method)
                if integration["type"] == "HTTP_PROXY":
                    self.assertEqual(integration["uri"], f"http://{balancer['DNSName']}{resource['path']}")
                    self.assertEqual((integration["connectionType"], integration["connectionId"]), ("VPC_LINK", link["VpcLinkId"]))
                    self.assertIn(f'"{resource["path"]}"', integration["requestTemplates"]["application/json"])
                    seen += 1
                if integration["type"] == "AWS_PROXY":
                    self.assertRegex(integration["uri"], ":live/invocations$")
                    seen += 1
        self.assertGreaterEqual(seen, 11)

    def test_only_its_routes_may_invoke_a_function(self):
        api = self.apis[real("notifications")]["id"]
        policy = json.loads(client("lambda").get_policy(FunctionName=real("query-result-lambda"), Qualifier="live")["Policy"])
        sources = sorted(s["Condition"]["ArnLike"]["AWS:SourceArn"] for s in policy["Statement"])
        document = yaml.safe_load((ROOT / "api/notifications.openapi.yaml").read_text())
        routes = [
            f"v1/{method.upper()}{path}"
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if operation["x-amazon-apigateway-integration"].get("uri") == "${query_result_lambda_invoke_arn}"
        ]
        self.assertEqual([s.partition(f"{api}/")[2] for s in sources], sorted(routes))

    def test_each_request_is_logged(self):
        for name, api in self.apis.items():
            [stage] = self.gateway.get_stages(restApiId=api["id"])["item"]
            with self.subTest(name):
                self.assertIn(f"/aws/apigateway/{name}", stage["accessLogSettings"]["destinationArn"])
                self.assertFalse(stage["methodSettings"]["*/*"]["dataTraceEnabled"])


class Service(unittest.TestCase):
    def test_the_one_balancer_is_internal_in_the_private_subnets(self):
        [balancer] = client("elbv2").describe_load_balancers()["LoadBalancers"]
        self.assertEqual(balancer["Scheme"], "internal")
        self.assertEqual(sorted(z["SubnetId"] for z in balancer["AvailabilityZones"]), sorted(VPC["private_subnet_ids"]))

    def test_the_service_runs_privately_and_takes_a_failure_back(self):
        [service] = client("ecs").describe_services(cluster=NAME, services=["query-service"])["services"]
        network = service["networkConfiguration"]["awsvpcConfiguration"]
        self.assertEqual(network["assignPublicIp"], "DISABLED")
        self.assertEqual(sorted(network["subnets"]), sorted(VPC["private_subnet_ids"]))
        self.assertEqual(service["desiredCount"], 2)
        self.assertEqual(service["deploymentConfiguration"]["deploymentCircuitBreaker"], {"enable": True, "rollback": True})
        task = client("ecs").describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
        self.assertEqual((task["cpu"], task["memory"], task["networkMode"]), ("256", "512", "awsvpc"))
        environment = {e["name"]: e["value"] for e in task["containerDefinitions"][0]["environment"]}
        self.assertRegex(environment["INTERNAL_API_URL"], r"^https://\w+-vpce-\w+\.execute-api\.ap-southeast-1\.amazonaws\.com/v1$")
        self.assertTrue(environment["QUERY_RESULT_FUNCTION"].endswith(":notify-production-query-result-lambda:live"))

    def test_groups_let_in_what_is_named_and_nothing_else(self):
        groups = {g["GroupName"]: g for g in client("ec2").describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [VPC["vpc_id"]]}])["SecurityGroups"]}
        names = {g["GroupId"]: name for name, g in groups.items()}
        for role, sources in {"alb": {"vpc-link", "service-clients"}, "service": {"alb", "service-clients"}, "vpc-link": set(), "table-clients": set(), "key-clients": set()}.items():
            permissions = groups[f"{NAME}-{role}"]["IpPermissions"]
            self.assertEqual({names[p["GroupId"]] for permission in permissions for p in permission["UserIdGroupPairs"]}, {f"{NAME}-{s}" for s in sources})
            self.assertEqual([r for permission in permissions for r in permission["IpRanges"]], [])


class Keys(unittest.TestCase):
    def test_master_keys_rotate(self):
        kms = client("kms")
        for name in {key for f in FUNCTIONS.values() for key in f.get("master_keys", {}).values()}:
            self.assertTrue(kms.get_key_rotation_status(KeyId=kms.describe_key(KeyId=f"alias/{NAME}-{name}")["KeyMetadata"]["KeyId"])["KeyRotationEnabled"])


class Alarms(unittest.TestCase):
    def test_every_alarm_tells_the_topic(self):
        # Autoscaling makes alarms of its own.
        alarms = client("cloudwatch").describe_alarms(AlarmNamePrefix=f"{NAME}-", MaxRecords=100, AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        everything = alarms["MetricAlarms"] + alarms["CompositeAlarms"]
        self.assertGreaterEqual(len(everything), 20)
        for alarm in everything:
            self.assertEqual([a.rpartition(":")[2] for a in alarm["AlarmActions"]], [f"{NAME}-alarms"], alarm["AlarmName"])


if __name__ == "__main__":
    unittest.main()
