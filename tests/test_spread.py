"""The loop that all long work goes through, with crews whose every move the test decides."""

from concurrent.futures import Executor, Future

import pytest

from myognosis.spread import Crew, Lost, NoScheduler, fitting, here, usual_number, work_through


class Scripted(Executor):
    """Does the work when it is looked at; an item in ``ends`` ends its process so many times."""

    def __init__(self, ends=None):
        self.ends, self.under_way, self.seen = dict(ends or {}), 0, []

    def submit(self, fn, /, item):
        self.under_way += 1
        future = Future()
        self.seen.append((item, self.under_way))
        if self.ends.get(item, 0):
            self.ends[item] -= 1
            future.set_exception(Lost())
        else:
            try:
                future.set_result(fn(item))
            except ValueError as error:
                future.set_exception(error)
        return _Watched(future, self)


class _Watched(Future):
    """A future that says when it was taken."""

    def __init__(self, inner, crew):
        super().__init__()
        self._crew = crew
        error = inner.exception()
        self.set_exception(error) if error else self.set_result(inner.result())

    def exception(self, timeout=None):
        self._crew.under_way -= 1
        return super().exception(timeout)


def test_no_process_has_too_little_memory_by_default():
    assert [fitting(*given) for given in ((4, 32 * 10**9), (64, 64 * 10**9), (2, 10**9))] == [4, 24, 1]
    assert usual_number() >= 1


def test_every_item_is_given_back_with_its_result():
    assert dict(work_through(lambda x: x * x, range(5), here())) == {0: 0, 1: 1, 2: 4, 3: 9, 4: 16}


def test_an_error_of_the_work_is_given_back_and_the_rest_goes_on():
    def work(x):
        if x == 1:
            raise ValueError("no")
        return x

    found = dict(work_through(work, range(3), here()))
    assert (found[0], found[2]) == (0, 2)
    assert isinstance(found[1], ValueError)


def test_items_are_drawn_only_as_they_are_handed_out():
    drawn = []

    def line():
        for i in range(1000):
            drawn.append(i)
            yield i

    run = work_through(lambda x: x, line(), Crew(Scripted(), 3))
    next(run)
    assert len(drawn) <= 4
    run.close()


def test_an_item_whose_process_ended_is_tried_once_more_alone():
    crew = Scripted({2: 1})
    assert dict(work_through(lambda x: x, range(6), Crew(crew, 3))) == {i: i for i in range(6)}
    tries = [beside for item, beside in crew.seen if item == 2]
    assert len(tries) == 2
    assert tries[1] == 1, "the second time nothing else is worked on"
    assert crew.seen[-1][0] == 2, "and all others come first"


def test_an_item_that_ends_its_process_twice_is_lost_and_nothing_else_is():
    found = dict(work_through(lambda x: x, range(6), Crew(Scripted({2: 2}), 3)))
    assert isinstance(found.pop(2), Lost)
    assert found == {i: i for i in range(6) if i != 2}


def test_who_stops_cancels_what_is_under_way():
    waiting = []

    class Never(Executor):
        def submit(self, fn, /, item):
            waiting.append(Future())
            if len(waiting) == 1:
                waiting[0].set_result(item)
            return waiting[-1]

    run = work_through(lambda x: x, range(9), Crew(Never(), 3))
    next(run)
    run.close()
    assert all(future.cancelled() for future in waiting[1:])
    assert len(waiting) == 3


def test_a_scheduler_that_goes_away_is_said():
    class Gone(Executor):
        def submit(self, fn, /, item):
            future = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    with pytest.raises(NoScheduler):
        list(work_through(lambda x: x, range(2), Crew(Gone(), 2)))


def test_workers_of_others_that_went_away_are_not_waited_for():
    class Never(Executor):
        def submit(self, fn, /, item):
            return Future()

    crew = Crew(Never(), 2, n_workers=lambda: 0, watch_s=0.0)
    with pytest.raises(NoScheduler):
        list(work_through(lambda x: x, range(3), crew))
