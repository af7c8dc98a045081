"""Where the real samples come from, how they become tensors, and how tensors become samples again.

- `names`: what can be asked for by name; `options`: DataOptions; `load`: anything -> Source
- `source`: Source; `codec`: the user's units <-> tensors; `toys`: densities that are known exactly
- `triangles`: pictures whose manifold is known exactly; `coverage`: exact areas in pixels
- `split`: rows to train on and to hold out; `feed`: batches; `passes`: sweeps in bounded memory
- readers: `digits`; `image_folder` with `image_files`, `image_decode`, `image_rules`;
  `array_files` and `arrays` with `pixel_range`; `csv_file`, `frames` and `tables`; `hub`
"""
