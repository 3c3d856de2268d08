# What an apply would founder on half way, asked before anything is changed.

locals {
  reserved_concurrency = sum(concat([0], [for _, reserved in var.reserved_concurrency : max(reserved, 0)]))

  # An image in this account's own registry can be looked for; others are ECS's to pull.
  own_image = var.query_service_image == null ? null : try(regex(
    "^${data.aws_caller_identity.current.account_id}\\.dkr\\.ecr\\.${var.region}\\.amazonaws\\.com/(?P<repository>[^:@]+)(?::(?P<tag>[^@]+))?(?:@(?P<digest>.+))?$",
    var.query_service_image,
  ), null)
}

data "aws_servicequotas_service_quota" "concurrency" {
  count = local.on_aws && local.reserved_concurrency > 0 ? 1 : 0

  service_code = "lambda"
  quota_code   = "L-B99A9384"

  lifecycle {
    postcondition {
      condition     = self.value - local.reserved_concurrency >= 100
      error_message = "The functions reserve ${local.reserved_concurrency} of the ${self.value} invocations that Lambda runs at once in this account and region, and AWS keeps 100 unreserved: lower reserved_concurrency, set it to {} while you try things out, or ask AWS for more (Service Quotas, Lambda, Concurrent executions, L-B99A9384)."
    }
  }
}

# Fails when the image that query_service_image names has not been pushed: push it, or leave query_service_image at null.
data "aws_ecr_image" "query_service" {
  for_each = local.own_image == null ? {} : { image = local.own_image }

  repository_name = each.value.repository
  image_tag       = each.value.digest == null ? coalesce(each.value.tag, "latest") : null
  image_digest    = each.value.digest
}

# When asked: the simulation knows no organization's policies, and takes a permission for some resources only as missing.
data "aws_iam_session_context" "deployer" {
  count = var.check_permissions ? 1 : 0
  arn   = data.aws_caller_identity.current.arn
}

data "aws_iam_principal_policy_simulation" "deployer" {
  count = var.check_permissions ? 1 : 0

  policy_source_arn = data.aws_iam_session_context.deployer[0].issuer_arn
  action_names = [
    "apigateway:POST",
    "application-autoscaling:RegisterScalableTarget",
    "cloudwatch:PutMetricAlarm",
    "dynamodb:CreateTable",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateSecurityGroup",
    "ec2:CreateVpcEndpoint",
    "ecr:CreateRepository",
    "ecs:CreateService",
    "elasticloadbalancing:CreateLoadBalancer",
    "iam:CreateRole",
    "iam:PassRole",
    "kms:CreateKey",
    "lambda:CreateEventSourceMapping",
    "lambda:CreateFunction",
    "logs:CreateLogGroup",
    "s3:CreateBucket",
    "servicediscovery:CreatePrivateDnsNamespace",
    "sns:CreateTopic",
    "sqs:CreateQueue",
    "ssm:PutParameter",
  ]

  lifecycle {
    postcondition {
      condition     = self.all_allowed
      error_message = "These credentials may not do what an apply does: ${join(", ", [for result in self.results : result.action_name if !result.allowed])}. Use others, have these permitted, or leave check_permissions at false when they are permitted for this environment's resources only."
    }
  }
}
