terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

data "aws_region" "current" {}

locals {
  service  = "query-service"
  protocol = var.tls == null ? "HTTP" : "HTTPS"
}

# ------------------------------------------------------------------ image

resource "aws_ecr_repository" "this" {
  name                 = "${var.name}/${local.service}"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = !var.deletion_protection

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = var.kms_key_arn == null ? "AES256" : "KMS"
    kms_key         = var.kms_key_arn
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Keep the last 30 images, so that there is something to go back to."
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 30 }
      action       = { type = "expire" }
    }]
  })
}

# What scripts/src/deploy-ecs.ts deployed last, so that an apply does not take it back.
resource "aws_ssm_parameter" "image" {
  #checkov:skip=CKV2_AWS_34:The name of an image is no secret, and the task definition shows it anyway
  name        = "/${var.name}/${local.service}/image"
  description = "Image that the query service runs; written by scripts/src/deploy-ecs.ts."
  type        = "String"
  value       = "${aws_ecr_repository.this.repository_url}:none-yet"

  lifecycle {
    ignore_changes = [value]
  }
}

# ------------------------------------------------------------------ roles

locals {
  task_trust = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

# What ECS does to start a task.
resource "aws_iam_role" "execution" {
  name               = "${var.name}-${local.service}-execution"
  assume_role_policy = local.task_trust
}

resource "aws_iam_role_policy" "execution" {
  name = "start-task"
  role = aws_iam_role.execution.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # ECR knows no narrower resource for this action.
      { Sid = "LogInToRegistry", Effect = "Allow", Action = ["ecr:GetAuthorizationToken"], Resource = ["*"] },
      {
        Sid      = "PullImage"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = [aws_ecr_repository.this.arn]
      },
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.this.arn}:*"]
      },
    ]
  })
}

# What the service itself does: ask one function, and two routes of the API where those ask who does.
resource "aws_iam_role" "task" {
  name               = "${var.name}-${local.service}"
  assume_role_policy = local.task_trust
}

resource "aws_iam_role_policy" "task" {
  name = "code"
  role = aws_iam_role.task.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{ Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = [var.query_function_arn] }],
      [
        for api in concat(
          [merge(var.internal_api, { routes = ["GET/tx", "GET/fail"] })],
          var.users_api == null ? [] : [merge(var.users_api, { routes = ["GET/list", "GET/detail"] })],
          ) : {
          Effect   = "Allow"
          Action   = ["execute-api:Invoke"]
          Resource = [for route in api.routes : "${api.execution_arn}/${api.stage}/${route}"]
        } if api.authorization == "AWS_IAM"
      ],
    )
  })
}

# ------------------------------------------------------------------ tasks

resource "aws_cloudwatch_log_group" "this" {
  name              = "/ecs/${var.name}/${local.service}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
    base              = 1
  }
}

resource "aws_ecs_task_definition" "this" {
  family                   = "${var.name}-${local.service}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory_mb
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  # Earlier revisions stay, to go back to; one that scripts/src/deploy-ecs.ts registered counts as the newest.
  skip_destroy = true
  track_latest = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  container_definitions = jsonencode([{
    name                   = local.service
    image                  = coalesce(var.image, nonsensitive(aws_ssm_parameter.image.value))
    essential              = true
    readonlyRootFilesystem = true
    # Longer than the service drains: request_timeout and a second.
    stopTimeout  = 30
    portMappings = [{ name = "http", containerPort = var.container_port, hostPort = var.container_port, protocol = "tcp", appProtocol = "http" }]
    environment = concat([
      { name = "AWS_REGION", value = data.aws_region.current.name },
      { name = "HOST", value = "0.0.0.0" },
      { name = "INTERNAL_API_AUTHORIZATION", value = var.internal_api.authorization },
      { name = "INTERNAL_API_URL", value = var.internal_api.url },
      { name = "LOG_LEVEL", value = var.log_level },
      { name = "PORT", value = tostring(var.container_port) },
      { name = "QUERY_RESULT_FUNCTION", value = var.query_function_arn },
      { name = "REQUEST_TIMEOUT", value = tostring(var.request_timeout_s) },
    ], var.users_api == null ? [] : [{ name = "USERS_API_URL", value = var.users_api.url }])
    healthCheck = {
      command     = ["CMD", "node", "-e", "fetch('http://127.0.0.1:${var.container_port}/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
      interval    = 15
      timeout     = 5
      retries     = 3
      startPeriod = 10
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = data.aws_region.current.name
        awslogs-stream-prefix = local.service
      }
    }
  }])
}

resource "aws_ecs_service" "this" {
  name                               = local.service
  cluster                            = aws_ecs_cluster.this.arn
  task_definition                    = var.task_definition_revision == null ? aws_ecs_task_definition.this.arn : "${aws_ecs_task_definition.this.arn_without_revision}:${var.task_definition_revision}"
  launch_type                        = "FARGATE"
  platform_version                   = "LATEST"
  desired_count                      = var.tasks.minimum
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = 30
  enable_execute_command             = false
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.private_subnet_ids
    security_groups  = [var.security_group_ids.service]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.service.arn
    container_name   = local.service
    container_port   = var.container_port
  }

  service_registries {
    registry_arn = aws_service_discovery_service.this.arn
  }

  lifecycle {
    # Autoscaling's to say.
    ignore_changes = [desired_count]
  }

  depends_on = [aws_lb_listener.alb, aws_iam_role_policy.execution, aws_iam_role_policy.task]
}

resource "aws_service_discovery_private_dns_namespace" "this" {
  name        = "${var.name}.internal"
  description = "Names of the tasks, for callers inside the VPC that need no load balancer."
  vpc         = var.vpc_id
}

resource "aws_service_discovery_service" "this" {
  name = local.service
  # ECS takes its tasks out, but a stopped service may leave one, which would keep this from being deleted.
  force_destroy = true

  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.this.id
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = 10
    }
  }

  health_check_custom_config {
    failure_threshold = 1
  }
}

resource "aws_appautoscaling_target" "tasks" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${aws_ecs_service.this.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = var.tasks.minimum
  max_capacity       = var.tasks.maximum
}

resource "aws_appautoscaling_policy" "cpu" {
  name               = "${var.name}-${local.service}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.tasks.service_namespace
  resource_id        = aws_appautoscaling_target.tasks.resource_id
  scalable_dimension = aws_appautoscaling_target.tasks.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = var.cpu_target_percent
    scale_out_cooldown = 30
    scale_in_cooldown  = 180

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
