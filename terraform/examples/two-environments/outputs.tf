output "functions" {
  description = "Address of each deployment, by environment."
  value       = { for name, installation in module.conference_sync : name => installation.functions }
}
