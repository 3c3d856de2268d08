output "topic_arn" {
  description = "Topic that every alarm is sent to."
  value       = aws_sns_topic.alarms.arn
}

output "alarm_names" {
  description = "Every alarm, by what it watches."
  value       = merge({ for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.alarm_name }, { noticed = aws_cloudwatch_composite_alarm.noticed.alarm_name })
}

output "dashboard_name" {
  description = "The dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}
