"""The pages: Gradio's, each a function that makes its blocks."""
