"""History pages: which acts they show, what changed with them, what an import would leave."""
