variable "db_password" {
  default = "h7Kq-Zt93-credential"
}
locals {
  name = "shop-${var.env}"
}
resource "aws_db_instance" "main" {
  engine     = "postgres"
  identifier = local.name
  password   = "h7Kq-Zt93-credential"
  tags       = { team = upper("größe"), size = var.big ? 2 : 1 }
  dynamic "setting" {
    for_each = [1, 2]
    content { name = "x" }
  }
}
resource "aws_sqs_queue" "orders" {
  name   = format("%s-orders", local.name)
  policy = <<-EOT
    {"x": "${aws_db_instance.main.arn}"}
  EOT
}
