"""The manifests for Kubernetes, without a cluster."""
