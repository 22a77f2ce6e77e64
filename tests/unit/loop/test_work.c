/* Work on other threads: where it runs, and in which order. */
#include "kerf/loop/work.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define JOBS 20

struct desk {
    int done[JOBS];
    size_t done_count;
};

struct task {
    int number;
    struct desk *desk;
    pthread_t worker;
};

static void compute(void *job)
{
    struct task *task = job;

    task->worker = pthread_self();
}

static void put_down(void *job)
{
    struct task *task = job;

    task->desk->done[task->desk->done_count++] = task->number;
}

static void work_runs_elsewhere_and_done_runs_here(void **state)
{
    struct loop *loop = loop_create();
    struct desk desk = { .done_count = 0 };
    struct task task = { .desk = &desk, .worker = pthread_self() };

    (void)state;
    work_run(loop, NULL, compute, put_down, &task);
    assert_int_equal(desk.done_count, 0);
    loop_run(loop);

    assert_int_equal(desk.done_count, 1);
    assert_false(pthread_equal(task.worker, pthread_self()));
    loop_destroy(loop);
}

static void give_all(struct loop *loop, struct work_lane *lane,
                     struct task *tasks, struct desk *desk)
{
    for (int i = 0; i < JOBS; i++) {
        tasks[i] = (struct task){ .number = i, .desk = desk };
        work_run(loop, lane, compute, put_down, &tasks[i]);
    }
}

static void jobs_of_one_lane_end_in_order(void **state)
{
    struct loop *loop = loop_create();
    struct work_lane *lane = work_lane_create();
    struct desk desk = { .done_count = 0 };
    struct task tasks[JOBS];

    (void)state;
    give_all(loop, lane, tasks, &desk);
    loop_run(loop);

    assert_int_equal(desk.done_count, JOBS);
    for (int i = 0; i < JOBS; i++)
        assert_int_equal(desk.done[i], i);
    work_lane_destroy(lane);
    loop_destroy(loop);
}

static void a_destroyed_lane_still_ends_its_jobs(void **state)
{
    struct loop *loop = loop_create();
    struct work_lane *lane = work_lane_create();
    struct desk desk = { .done_count = 0 };
    struct task tasks[JOBS];

    (void)state;
    give_all(loop, lane, tasks, &desk);
    work_lane_destroy(lane);
    loop_run(loop);

    assert_int_equal(desk.done_count, JOBS);
    loop_destroy(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_runs_elsewhere_and_done_runs_here),
        cmocka_unit_test(jobs_of_one_lane_end_in_order),
        cmocka_unit_test(a_destroyed_lane_still_ends_its_jobs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
