"""Fitted models written for other systems: SQL, PMML, ONNX, LightGBM text; each refuses what it cannot say exactly."""
