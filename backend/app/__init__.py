"""FilaOps, an ERP for 3D-print farms."""
