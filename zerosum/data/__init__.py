"""Where the real samples come from, and how they turn into tensors and back into the user's units.

Contents: `names` (what can be asked for by name), `options` (DataOptions), `load` (anything -> Source),
`source` (Source), `codec` (user's units <-> tensors), `toys` (known densities), `split`, `feed` (batches).
Readers: `digits`, `image_folder`, `array_files`, `arrays`, `csv_file`, `tables`, `hub`.
"""
