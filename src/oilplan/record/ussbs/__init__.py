"""Import of the survey's attack tabulation, as digitised, into the columns of the record's raids table.

The order of the work: ``read`` the file strictly, give each row a place (``places``), a force (``force``) and
a date (``reading``), settle the date against its page and the recalled raids (``moves``), tell sum lines from
attacks, gather raids and audit every row (``collate``, ``raid``), write (``importer``).
"""

from oilplan.record.ussbs.importer import ImportResult, import_file

__all__ = ["ImportResult", "import_file"]
