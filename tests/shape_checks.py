"""The checker of annotations that tests run under: shapes by jaxtyping, types by beartype.

Where an annotation says float an int will do, as every static checker has it (PEP 484, "the numeric tower").
"""

from beartype import BeartypeConf, beartype

checker = beartype(conf=BeartypeConf(is_pep484_tower=True))
