"""Reports: a run folder becomes one page; nothing here trains, and no network is loaded.

- `report`: `write_report`, the sections in their order
- `read`: the run folder as plain data; `evidence`: values beside their reference
- `watched`: evidence and alarms during training
- `samples`, `progress`, `overview`: the other sections, by what they are drawn from
- `figures`, `curves`, `svg`: drawings; `pictures`: image grids and PNG files
- `quiz`: the page that asks a person; `quiz_panels`: rows drawn for it; `quiz_script`: what it runs
- `html`, `style`, `numbers`: escaping, the style sheet, numbers as text
"""

from zerosum.reports.pictures import save_grid, scatter_png
from zerosum.reports.report import write_report

__all__ = ["save_grid", "scatter_png", "write_report"]
