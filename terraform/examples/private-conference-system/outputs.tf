output "functions" {
  description = "Address of each deployment."
  value       = module.conference_sync.functions
}
