terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

# ------------------------------------------------------------------ topic

resource "aws_sns_topic" "alarms" {
  name = "${var.name}-alarms"
  # Under SNS's own key CloudWatch could not publish.
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OwnAlarms"
      Effect    = "Allow"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms.arn
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_sns_topic_subscription" "email" {
  for_each = var.alarm_emails

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

# ------------------------------------------------------------------ alarms

locals {
  defaults = {
    expression = null
    operator   = "GreaterThanThreshold"
    period     = 60
    periods    = 5
    datapoints = 3
    missing    = "notBreaching"
  }

  function_alarms = merge([
    for key, function in var.functions : {
      "${key}-errors" = {
        kind    = "function-errors", threshold = var.thresholds.function_errors, period = 300, periods = 1, datapoints = 1
        text    = "${key} fails."
        metrics = [{ namespace = "AWS/Lambda", name = "Errors", stat = "Sum", dimensions = { FunctionName = function.name } }]
      }
      "${key}-throttles" = {
        kind    = "function-throttles", threshold = var.thresholds.function_throttles
        text    = "${key} is refused concurrency."
        metrics = [{ namespace = "AWS/Lambda", name = "Throttles", stat = "Sum", dimensions = { FunctionName = function.name } }]
      }
      "${key}-duration" = {
        kind    = "function-duration", threshold = function.timeout_s * 1000 * var.thresholds.function_duration_ratio
        text    = "${key} comes close to its timeout of ${function.timeout_s} s."
        metrics = [{ namespace = "AWS/Lambda", name = "Duration", stat = "p99", dimensions = { FunctionName = function.name } }]
      }
    }
  ]...)

  quarantine_alarms = {
    for key, function in var.functions : "${key}-quarantined" => {
      kind    = "projection-quarantined", threshold = var.thresholds.quarantined, periods = 1, datapoints = 1
      text    = "${key} has put records into quarantine: they are missing from the read table."
      metrics = [{ namespace = "notify", name = "Quarantined", stat = "Sum", dimensions = { service = function.name } }]
    } if function.quarantines
  }

  stream_alarms = merge([
    for key, stream in var.streams : {
      "${key}-lag" = {
        kind    = "stream-lag", threshold = var.thresholds.stream_lag_ms
        text    = "${key} is more than ${var.thresholds.stream_lag_ms / 1000} s behind its stream."
        metrics = [{ namespace = "AWS/Lambda", name = "IteratorAge", stat = "Maximum", dimensions = { FunctionName = stream.function_name } }]
      }
      "${key}-given-up" = {
        kind    = "stream-given-up", threshold = 0, periods = 1, datapoints = 1
        text    = "Lambda has given up batches of ${key}; they wait in the bucket of given-up batches."
        metrics = [{ namespace = "AWS/SQS", name = "ApproximateNumberOfMessagesVisible", stat = "Maximum", dimensions = { QueueName = stream.queue_name } }]
      }
    }
  ]...)

  # An index is throttled by itself, and holds up the writes of its table: the table's own metrics leave it out.
  table_alarms = merge([
    for key, table in var.tables : {
      for throttled in concat([{ name = key, dimensions = {} }], [for index in table.indexes : { name = "${key}-${index}", dimensions = { GlobalSecondaryIndexName = index } }]) :
      "${throttled.name}-throttled" => {
        kind       = "table-throttled", threshold = var.thresholds.table_throttles
        text       = "DynamoDB throttles ${throttled.name}."
        expression = "FILL(m0, 0) + FILL(m1, 0)"
        metrics = [
          for metric in ["ReadThrottleEvents", "WriteThrottleEvents"] :
          { namespace = "AWS/DynamoDB", name = metric, stat = "Sum", dimensions = merge({ TableName = table.name }, throttled.dimensions) }
        ]
      }
    }
  ]...)

  api_alarms = merge([
    for key, api in var.apis : {
      "${key}-api-errors" = {
        kind    = "api-errors", threshold = var.thresholds.api_error_ratio
        text    = "More than ${var.thresholds.api_error_ratio * 100} % of the requests to the ${key} API end in 5xx."
        metrics = [{ namespace = "AWS/ApiGateway", name = "5XXError", stat = "Average", dimensions = { ApiName = api.name, Stage = api.stage } }]
      }
      "${key}-api-latency" = {
        kind    = "api-latency", threshold = var.thresholds.api_latency_p99_ms
        text    = "One in a hundred requests to the ${key} API takes longer than ${var.thresholds.api_latency_p99_ms} ms."
        metrics = [{ namespace = "AWS/ApiGateway", name = "Latency", stat = "p99", dimensions = { ApiName = api.name, Stage = api.stage } }]
      }
    }
  ]...)

  service_alarms = merge([
    for service in var.service[*] : {
      "query-service-errors" = {
        kind       = "service-errors", threshold = var.thresholds.service_errors
        text       = "The query service or its load balancer answers 5xx more than ${var.thresholds.service_errors} times a minute."
        expression = "FILL(m0, 0) + FILL(m1, 0)"
        metrics = [
          for metric in ["HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"] :
          { namespace = "AWS/ApplicationELB", name = metric, stat = "Sum", dimensions = { LoadBalancer = service.load_balancer } }
        ]
      }
      "query-service-latency" = {
        kind    = "service-latency", threshold = var.thresholds.service_latency_p99_s
        text    = "One in a hundred answers of the query service takes longer than ${var.thresholds.service_latency_p99_s} s."
        metrics = [{ namespace = "AWS/ApplicationELB", name = "TargetResponseTime", stat = "p99", dimensions = { LoadBalancer = service.load_balancer } }]
      }
      "query-service-unhealthy" = {
        kind    = "service-unhealthy", threshold = 0
        text    = "A task of the query service fails its health check."
        metrics = [{ namespace = "AWS/ApplicationELB", name = "UnHealthyHostCount", stat = "Maximum", dimensions = { LoadBalancer = service.load_balancer, TargetGroup = service.target_group } }]
      }
      "query-service-tasks" = {
        kind    = "service-tasks", threshold = service.minimum_tasks, operator = "LessThanThreshold", missing = "breaching"
        text    = "Fewer than ${service.minimum_tasks} tasks of the query service run."
        metrics = [{ namespace = "ECS/ContainerInsights", name = "RunningTaskCount", stat = "Minimum", dimensions = { ClusterName = service.cluster, ServiceName = service.name } }]
      }
      "query-service-cpu" = {
        kind    = "service-cpu", threshold = var.thresholds.service_cpu_percent
        text    = "The query service has little processor time left although it scales."
        metrics = [{ namespace = "AWS/ECS", name = "CPUUtilization", stat = "Average", dimensions = { ClusterName = service.cluster, ServiceName = service.name } }]
      }
      "query-service-memory" = {
        kind    = "service-memory", threshold = var.thresholds.service_memory_percent
        text    = "The query service has little memory left."
        metrics = [{ namespace = "AWS/ECS", name = "MemoryUtilization", stat = "Maximum", dimensions = { ClusterName = service.cluster, ServiceName = service.name } }]
      }
    }
  ]...)

  alarms = {
    for name, alarm in merge(local.function_alarms, local.quarantine_alarms, local.stream_alarms, local.table_alarms, local.api_alarms, local.service_alarms) :
    name => merge(local.defaults, alarm)
  }

  # What readers and writers of the system notice.
  noticed_kinds = ["api-errors", "api-latency", "service-tasks", "stream-given-up", "stream-lag", "projection-quarantined"]
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.text} See docs/runbook.md#${each.value.kind}"
  comparison_operator = each.value.operator
  threshold           = each.value.threshold
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = each.value.datapoints
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  dynamic "metric_query" {
    for_each = each.value.metrics
    content {
      id          = "m${metric_query.key}"
      return_data = each.value.expression == null

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        stat        = metric_query.value.stat
        period      = each.value.period
        dimensions  = metric_query.value.dimensions
      }
    }
  }

  dynamic "metric_query" {
    for_each = each.value.expression[*]
    content {
      id          = "sum"
      label       = each.key
      expression  = metric_query.value
      return_data = true
    }
  }
}

resource "aws_cloudwatch_composite_alarm" "noticed" {
  alarm_name        = "${var.name}-noticed"
  alarm_description = "Callers notice that something is wrong. See docs/runbook.md#noticed"
  alarm_actions     = [aws_sns_topic.alarms.arn]
  ok_actions        = [aws_sns_topic.alarms.arn]
  alarm_rule = join(" OR ", [
    for name, alarm in local.alarms : "ALARM(\"${aws_cloudwatch_metric_alarm.this[name].alarm_name}\")" if contains(local.noticed_kinds, alarm.kind)
  ])
}

# ------------------------------------------------------------------ traces

resource "aws_xray_sampling_rule" "this" {
  count = var.trace_sampling == null ? 0 : 1

  rule_name      = substr("${var.name}-requests", 0, 32)
  priority       = 9000
  version        = 1
  reservoir_size = 1
  fixed_rate     = var.trace_sampling
  service_name   = "${var.name}-*"
  service_type   = "*"
  resource_arn   = "*"
  host           = "*"
  http_method    = "*"
  url_path       = "*"
}

# ------------------------------------------------------------------ dashboard

locals {
  region = data.aws_region.current.name

  charts = concat(
    [for key, stream in var.streams : {
      title = "${key}: records"
      stat  = "Sum"
      metrics = [for metric in ["Records", "Projected", "Superseded", "Stale", "Quarantined", "Retried", "Failed"] :
      ["notify", metric, "service", stream.function_name]]
    }],
    [for key, stream in var.streams : {
      title   = "${key}: lag (ms)"
      stat    = "Maximum"
      metrics = [["notify", "Lag", "service", stream.function_name], ["AWS/Lambda", "IteratorAge", "FunctionName", stream.function_name]]
    }],
    [for key, stream in var.streams : {
      title   = "${key}: given-up batches"
      stat    = "Maximum"
      metrics = [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", stream.queue_name]]
    }],
    [for key, api in var.apis : {
      title   = "${key} API: requests and errors"
      stat    = "Sum"
      metrics = [for metric in ["Count", "4XXError", "5XXError", "CacheHitCount"] : ["AWS/ApiGateway", metric, "ApiName", api.name, "Stage", api.stage]]
    }],
    [for key, api in var.apis : {
      title   = "${key} API: latency p99 (ms)"
      stat    = "p99"
      metrics = [for metric in ["Latency", "IntegrationLatency"] : ["AWS/ApiGateway", metric, "ApiName", api.name, "Stage", api.stage]]
    }],
    [for metric, stat in { Duration = "p99", Errors = "Sum", Throttles = "Sum", ConcurrentExecutions = "Maximum" } : {
      title                         = "Functions: ${lower(metric)}"
      stat                          = stat
      metrics                       = [for function in var.functions : ["AWS/Lambda", metric, "FunctionName", function.name]]
    }],
    [for metric in ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"] : {
      title   = "Tables: ${metric == "ConsumedReadCapacityUnits" ? "read" : "write"} units"
      stat    = "Sum"
      metrics = [for table in var.tables : ["AWS/DynamoDB", metric, "TableName", table.name]]
    }],
    flatten([for service in var.service[*] : [
      {
        title   = "Query service: latency p99 (s)"
        stat    = "p99"
        metrics = [["AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer", service.load_balancer]]
      },
      {
        title = "Query service: processor and memory (%)"
        stat  = "Average"
        metrics = [for metric in ["CPUUtilization", "MemoryUtilization"] :
        ["AWS/ECS", metric, "ClusterName", service.cluster, "ServiceName", service.name]]
      },
      {
        title   = "Query service: tasks"
        stat    = "Minimum"
        metrics = [["ECS/ContainerInsights", "RunningTaskCount", "ClusterName", service.cluster, "ServiceName", service.name]]
      },
    ]]),
  )
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = concat(
      [{
        type       = "alarm"
        x          = 0
        y          = 0
        width      = 24
        height     = 4
        properties = { title = "Alarms", alarms = concat([aws_cloudwatch_composite_alarm.noticed.arn], [for alarm in aws_cloudwatch_metric_alarm.this : alarm.arn]) }
      }],
      [for i, chart in local.charts : {
        type       = "metric"
        x          = (i % 3) * 8
        y          = 4 + floor(i / 3) * 6
        width      = 8
        height     = 6
        properties = { title = chart.title, region = local.region, stat = chart.stat, period = 60, metrics = chart.metrics }
      }],
    )
  })
}
