# Answers in the shape that the provider checks: ARNs where it wants ARNs.
mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012", arn = "arn:aws:sts::123456789012:assumed-role/deployer/session" }
}
mock_data "aws_partition" {
  defaults = { partition = "aws" }
}
mock_data "aws_region" {
  defaults = { name = "ap-southeast-1" }
}
mock_data "aws_network_interfaces" {
  defaults = { ids = [] }
}
mock_data "aws_iam_roles" {
  defaults = { names = ["notify-api-gateway-logs"] }
}
mock_data "aws_iam_session_context" {
  defaults = { issuer_arn = "arn:aws:iam::123456789012:role/deployer" }
}
mock_data "aws_iam_principal_policy_simulation" {
  defaults = { all_allowed = true }
}
mock_data "aws_servicequotas_service_quota" {
  defaults = { value = 1000 }
}
mock_data "aws_vpc" {
  defaults = {
    cidr_block              = "10.42.0.0/16"
    enable_dns_support      = true
    enable_dns_hostnames    = true
    cidr_block_associations = []
  }
}
mock_data "aws_subnet" {
  defaults = {
    vpc_id                  = "vpc-0a"
    map_public_ip_on_launch = false
    availability_zone       = "ap-southeast-1a"
  }
}
mock_data "aws_route_tables" {
  defaults = { ids = ["rtb-0a"] }
}
mock_data "aws_route_table" {
  defaults = { routes = [] }
}
mock_data "aws_prefix_list" {
  defaults = { id = "pl-0a" }
}
mock_resource "aws_dynamodb_table" {
  defaults = {
    arn        = "arn:aws:dynamodb:ap-southeast-1:123456789012:table/mock"
    stream_arn = "arn:aws:dynamodb:ap-southeast-1:123456789012:table/mock/stream/2026-01-01T00:00:00.000"
  }
}
mock_resource "aws_kms_key" {
  defaults = {
    arn    = "arn:aws:kms:ap-southeast-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    key_id = "00000000-0000-0000-0000-000000000000"
  }
}
mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
}
mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:ap-southeast-1:123456789012:log-group:mock" }
}
mock_resource "aws_lambda_function" {
  defaults = { arn = "arn:aws:lambda:ap-southeast-1:123456789012:function:mock" }
}
mock_resource "aws_lambda_alias" {
  defaults = {
    arn        = "arn:aws:lambda:ap-southeast-1:123456789012:function:mock:live"
    invoke_arn = "arn:aws:apigateway:ap-southeast-1:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-southeast-1:123456789012:function:mock:live/invocations"
  }
}
mock_resource "aws_sqs_queue" {
  defaults = { arn = "arn:aws:sqs:ap-southeast-1:123456789012:mock" }
}
mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:ap-southeast-1:123456789012:mock" }
}
mock_resource "aws_cloudwatch_metric_alarm" {
  defaults = { arn = "arn:aws:cloudwatch:ap-southeast-1:123456789012:alarm:mock" }
}
mock_resource "aws_api_gateway_rest_api" {
  defaults = { execution_arn = "arn:aws:execute-api:ap-southeast-1:123456789012:mockapi" }
}
mock_resource "aws_lb" {
  defaults = { arn = "arn:aws:elasticloadbalancing:ap-southeast-1:123456789012:loadbalancer/app/mock/0123456789abcdef" }
}
mock_resource "aws_lb_target_group" {
  defaults = { arn = "arn:aws:elasticloadbalancing:ap-southeast-1:123456789012:targetgroup/mock/0123456789abcdef" }
}
mock_resource "aws_lb_listener" {
  defaults = { arn = "arn:aws:elasticloadbalancing:ap-southeast-1:123456789012:listener/app/mock/0123456789abcdef/0123456789abcdef" }
}
mock_resource "aws_ecs_task_definition" {
  defaults = {
    arn                  = "arn:aws:ecs:ap-southeast-1:123456789012:task-definition/mock:7"
    arn_without_revision = "arn:aws:ecs:ap-southeast-1:123456789012:task-definition/mock"
  }
}
mock_resource "aws_ecs_cluster" {
  defaults = { arn = "arn:aws:ecs:ap-southeast-1:123456789012:cluster/mock" }
}
mock_resource "aws_service_discovery_service" {
  defaults = { arn = "arn:aws:servicediscovery:ap-southeast-1:123456789012:service/srv-mock" }
}
mock_resource "aws_s3_bucket" {
  defaults = { arn = "arn:aws:s3:::mock" }
}
mock_resource "aws_ecr_repository" {
  defaults = {
    arn            = "arn:aws:ecr:ap-southeast-1:123456789012:repository/mock"
    repository_url = "123456789012.dkr.ecr.ap-southeast-1.amazonaws.com/mock"
  }
}
mock_resource "aws_cloudwatch_event_rule" {
  defaults = { arn = "arn:aws:events:ap-southeast-1:123456789012:rule/mock" }
}
