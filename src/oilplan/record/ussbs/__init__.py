"""Import of the survey's attack tabulation, as digitised, into the columns of the record's raids table.

The order of the work: ``read`` the file strictly, give each row a place (``places``), a force (``force``) and
a date (``dates``), settle the date against its page and the recalled raids (``moves``), tell sum lines from
attacks (``sums``), gather raids and audit every row (``collate``, ``raid``), write (``write``).
"""

from oilplan.record.ussbs.importer import import_file
from oilplan.record.ussbs.write import ImportResult

__all__ = ["ImportResult", "import_file"]
