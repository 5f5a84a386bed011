"""The recipes: how the stages are strung together. The only place that knows them all."""
