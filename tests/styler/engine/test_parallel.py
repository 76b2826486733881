"""Several pieces of work at once."""

import threading

import pytest
import torch

from styler.engine.parallel import results

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def work(number, before=lambda: None):
    yield
    before()
    yield
    return number


def of_works(works, device=CPU):
    """Their results, without the news."""
    return [result for result in results(works, device) if result is not None]


def test_the_results_come_in_order_and_two_are_in_work_at_once():
    together = threading.Barrier(2)
    works = [work(number, lambda: together.wait(60)) for number in range(6)]  # one alone would wait in vain
    assert of_works(works) == list(range(6))


def test_each_computes_by_one_thread_and_later_ones_by_all():
    counts = []
    assert of_works([work(1, lambda: counts.append(torch.get_num_threads()))]) == [1]
    later = threading.Thread(target=lambda: counts.append(torch.get_num_threads()))
    later.start()
    later.join()
    assert [*counts, torch.get_num_threads()] == [1, 2, 2]


def test_closing_ends_what_is_in_work_after_its_next_step_and_begins_no_more():
    working, begun = threading.Event(), []

    def endless(number):
        begun.append(number)
        if number == 0:
            return
        while True:
            working.set()
            yield

    each = results([endless(number) for number in range(9)], CPU)
    assert next(each) is None
    assert working.wait(60)
    each.close()
    assert len(begun) <= 3
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("cell")]


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_all_news_of_the_works_come_and_those_of_each_in_order_before_its_result(device):
    def told(number):
        for step in range(3):
            yield (number, step)
        return number

    came = list(results([told(number) for number in range(5)], torch.device(device)))
    assert [item for item in came if isinstance(item, int)] == list(range(5))
    for number in range(5):
        before = came[: came.index(number)]
        assert [step for item in before if isinstance(item, tuple) for step in item[1:] if item[0] == number] == [
            0,
            1,
            2,
        ]


def test_news_come_while_the_first_works_on():
    may_end = threading.Event()

    def slow():
        yield "news"
        assert may_end.wait(60)
        return 1

    each = results([slow()], CPU)
    assert next(each) == "news"
    may_end.set()
    assert list(each) == [1]


def test_an_error_is_raised_and_ends_the_others():
    def failing():
        raise ValueError("broken")
        yield

    with pytest.raises(ValueError, match="broken"):
        list(results([work(1), failing(), *map(work, range(20))], CPU))


def test_a_gpu_has_one_after_the_other_in_the_caller_s_thread():
    threads = []
    works = [work(number, lambda: threads.append(threading.current_thread())) for number in range(3)]
    assert of_works(works, torch.device("cuda")) == [0, 1, 2]
    assert set(threads) == {threading.current_thread()}
