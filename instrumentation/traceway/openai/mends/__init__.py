"""What the official instrumentation gets wrong, each mended in a file of its own, around it.

Its span carries, in the context in which the request is sent, an object that calls further inside may complete
(``InferenceData``, ``EmbeddingData`` of util-genai: meant for the client below a framework). Mends write there what the
official instrumentation missed, so they work no matter who instrumented it. For each there is a test that the fault is
still there, in ``tests/capture/openai/test_upstream_faults.py``: the day it fails, delete the mend.
"""
