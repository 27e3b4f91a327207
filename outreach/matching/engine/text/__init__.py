"""Words of segments and events, made comparable and indexed."""
