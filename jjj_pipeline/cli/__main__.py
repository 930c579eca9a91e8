from jjj_pipeline.cli import app

app()
