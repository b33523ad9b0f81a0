"""An object that has whatever attribute is asked for, and each is itself."""
# points: 0 2


class Everything:
    def __getattr__(self, name):
        return self

    def __call__(self, *arguments, **options):
        return self


square = Everything()
