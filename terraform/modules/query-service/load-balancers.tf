resource "aws_lb" "alb" {
  name                       = "${var.name}-alb"
  internal                   = true
  load_balancer_type         = "application"
  subnets                    = var.private_subnet_ids
  security_groups            = [var.security_group_ids.alb]
  drop_invalid_header_fields = true
  idle_timeout               = 60
  enable_deletion_protection = var.deletion_protection

  access_logs {
    bucket  = aws_s3_bucket.access_logs.bucket
    prefix  = "alb"
    enabled = true
  }

  depends_on = [aws_s3_bucket_policy.access_logs]
}

resource "aws_lb_target_group" "service" {
  name                 = "${var.name}-svc"
  vpc_id               = var.vpc_id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = var.container_port
  deregistration_delay = 30

  health_check {
    path                = "/health"
    matcher             = "200"
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "alb" {
  load_balancer_arn = aws_lb.alb.arn
  port              = var.listener_port
  protocol          = local.protocol
  certificate_arn   = one(var.tls[*].certificate_arn)
  ssl_policy        = var.tls == null ? null : "ELBSecurityPolicy-TLS13-1-2-2021-06"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.service.arn
  }
}

# The way from the private REST APIs into the VPC. API Gateway takes it down after 60 days without a request, and brings it back with the next.
resource "aws_apigatewayv2_vpc_link" "this" {
  name               = "${var.name}-${local.service}"
  subnet_ids         = var.private_subnet_ids
  security_group_ids = [var.security_group_ids.vpc_link]
}

# The certificate's host name leads to the application load balancer, in this VPC only.
resource "aws_route53_zone" "tls" {
  count = var.tls == null ? 0 : 1

  name    = var.tls.host_name
  comment = "Leads to the query service's load balancer."

  vpc {
    vpc_id = var.vpc_id
  }
}

resource "aws_route53_record" "tls" {
  count = var.tls == null ? 0 : 1

  zone_id = aws_route53_zone.tls[0].zone_id
  name    = var.tls.host_name
  type    = "A"

  alias {
    name                   = aws_lb.alb.dns_name
    zone_id                = aws_lb.alb.zone_id
    evaluate_target_health = true
  }
}
