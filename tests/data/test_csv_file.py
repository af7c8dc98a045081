"""`.csv` files: values, headers, delimiters, missing cells, classes. Refusals: test_bad_inputs.py."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.data.load import load
from zerosum.data.options import DataOptions
from zerosum.data.source import Source
from zerosum.errors import InputError

VALUES = [[1.0, -2.5], [3.0, 4e-3], [5.0, 6.0]]


def read(tmp_path, text: str, **options) -> Source:
    """The source of a .csv file with this text."""
    (tmp_path / "t.csv").write_bytes(text.encode())
    return load(tmp_path / "t.csv", options=DataOptions(**options))


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,-2.5\n3,4e-3\n5,6\n",
        "\ufeffa,b\r\n1,-2.5\r\n3,4e-3\r\n5,6",
        'a;b\n"1";-2.5\n3;4e-3\n\n5;6\n',
        "a\tb\n1\t-2.5\n3\t4e-3\n5\t6\n",
        "a | b\n 1 | -2.5\n 3 | 4e-3\n 5 | 6\n",
    ],
)
def test_notations_of_one_table(tmp_path, text):
    source = read(tmp_path, text)
    assert source.codec.columns == ("a", "b") and source.kind == "table"
    np.testing.assert_array_equal(source.rows, VALUES)
    back = source.codec.decode(source.codec.encode(source.rows))
    assert back.dtype == np.float64
    np.testing.assert_allclose(back, VALUES, rtol=1e-5)


def test_headers(tmp_path):
    text = "2019,2020\n1,2\n3,4\n"
    assert read(tmp_path, text).codec.columns == ("column_1", "column_2")
    assert read(tmp_path, text, header=True).codec.columns == ("2019", "2020")
    assert read(tmp_path, text, header=True).n == 2
    assert read(tmp_path, ",x\n1,2\n3,4\n").codec.columns == ("column_1", "x")
    with pytest.raises(InputError, match=r"column_1, line 1: 'a' is not a number"):
        read(tmp_path, "a,b\n1,2\n3,4\n", header=False)


def test_a_missing_first_cell_is_no_header(tmp_path):
    assert read(tmp_path, "NA,1\n2,3\n4,5\n", missing="drop").rows.tolist() == [[2, 3], [4, 5]]


def test_truth_values(tmp_path):
    assert read(tmp_path, "a,b\n1,True\n2,false\n").rows[:, 1].tolist() == [1.0, 0.0]


@pytest.mark.parametrize("cell", ["", "NA", "n/a", "NaN", "NULL", "None", "?"])
def test_missing_cells_are_filled_or_dropped(tmp_path, cell):
    text = f"a,b\n1,2\n{cell},4\n5,9\n"
    with pytest.raises(InputError, match="1 missing cell, the first in column a at line 3"):
        read(tmp_path, text)
    assert read(tmp_path, text, missing="mean").rows.tolist() == [[1, 2], [3, 4], [5, 9]]
    assert read(tmp_path, text, missing="drop").rows.tolist() == [[1, 2], [5, 9]]


def test_what_no_rule_can_fill(tmp_path):
    with pytest.raises(InputError, match="column b is empty"):
        read(tmp_path, "a,b\n1,\n2,\n", missing="mean")
    with pytest.raises(InputError, match="1 of 3 remain"):
        read(tmp_path, "a,b\n1,\n2,\n3,4\n", missing="drop")


def test_a_column_as_classes(tmp_path):
    text = "a,kind,b\n1,cat,2\n3,dog,4\nNA,dog,6\n7,cat,8\n"
    source = read(tmp_path, text, labels="kind", missing="drop")
    assert source.codec.columns == ("a", "b") and source.classes == ("cat", "dog")
    assert source.labels.tolist() == [0, 1, 0]
    with pytest.raises(InputError, match="did you mean 'kind'"):
        read(tmp_path, text, labels="kin")
    with pytest.raises(InputError, match="line 3 has no class"):
        read(tmp_path, "a,k\n1,x\n2,\n", labels="k")


def test_text_is_only_offered_as_classes_if_it_repeats(tmp_path):
    with pytest.raises(InputError, match="--labels k"):
        read(tmp_path, "a,k\n1,x\n2,y\n3,x\n4,y\n")
    with pytest.raises(InputError) as caught:
        read(tmp_path, "a,k\n1,p\n2,q\n3,r\n4,s\n")
    assert "--labels" not in str(caught.value)


def test_the_line_of_a_record_after_one_that_spans_lines(tmp_path):
    with pytest.raises(InputError, match=r"column a, line 5: 'oops'"):
        read(tmp_path, 'a,b\n"1\n",2\n3,4\noops,6\n')


def test_real_tables(shared_data):
    rain = load(shared_data / "tables" / "texmex_rain.csv")
    assert rain.rows.shape == (17531, 1) and abs(rain.rows.mean() - 3.48) < 0.005
    weather = DataOptions(labels="species", missing="drop")
    with pytest.raises(InputError, match="column island holds text"):
        load(shared_data / "tables" / "palmerpenguins_penguins.csv", options=weather)
    air = load(
        shared_data / "tables" / "datasets_airquality.csv", options=DataOptions(missing="mean")
    )
    assert air.rows.shape == (153, 6) and "44 missing cells" in " ".join(air.notes)
