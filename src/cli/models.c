/* kerf models: what each backend has to offer, asked of it now. */
#include "parts.h"

#include <stdio.h>
#include <string.h>

#include "kerf/base/json.h"

#include "fetch.h"

struct catalogue {
    struct invocation *call;
    struct line_out out;
    struct json_writer *json; // NULL: as text
    int status;               // the worst so far
};

static void write_model(struct json_writer *w, const struct model_info *model,
                        bool configured)
{
    json_begin_object(w);
    json_member_str(w, "id", model->id);
    json_member_bool(w, "configured", configured);
    json_member_int(w, "window", model->window);
    json_member_int(w, "max_output", model->max_output);
    json_member_str(w, "owner", model->owner);
    json_member_str(w, "shutdown", model->shutdown);
    json_member_bool(w, "deprecated", model->deprecated);
    json_end_object(w);
}

static void print_model(const struct model_info *model, bool configured)
{
    printf("%c ", configured ? '*' : ' ');
    print_safe(model->id);
    if (model->window > 0)
        printf("  %lldk tokens", (long long)(model->window + 500) / 1000);
    if (model->shutdown.len > 0) {
        printf("  shuts down ");
        print_safe(model->shutdown);
    } else if (model->deprecated) {
        printf("  deprecated");
    }
    putchar('\n');
}

static void warn(const struct backend *backend, const struct model_list *list)
{
    const struct model_info *model = models_find(list, backend->model);
    const struct model_info *near = models_nearest(list, backend->model);

    if (!model)
        remark("%.*s: there is no model %.*s%s%.*s", STR_ARG(backend->name),
               STR_ARG(backend->model), near ? "; did you mean " : "",
               STR_ARG(near ? near->id : (struct str){ 0 }));
    else if (model->shutdown.len > 0)
        remark("%.*s: %.*s shuts down on %.*s", STR_ARG(backend->name),
               STR_ARG(model->id), STR_ARG(model->shutdown));
    else if (model->deprecated)
        remark("%.*s: %.*s is deprecated", STR_ARG(backend->name),
               STR_ARG(model->id));
}

static void show(struct catalogue *all, const struct backend *backend,
                 const struct model_list *list)
{
    if (!all->json) {
        print_safe(backend->name);
        printf(": %zu model%s\n", list->count, list->count == 1 ? "" : "s");
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct model_info *model = &list->models[i];
        bool configured = str_equal(model->id, backend->model);
        if (all->json)
            write_model(all->json, model, configured);
        else
            print_model(model, configured);
    }
    fflush(stdout); // before what goes to stderr
    warn(backend, list);
}

static void ask(struct catalogue *all, const struct backend *backend)
{
    struct model_list list = { 0 };
    struct error err = { 0 };
    bool fine =
        fetch_models(&all->out, backend, &all->call->arena, &list, &err);

    if (all->json) {
        json_begin_object(all->json);
        json_member_str(all->json, "backend", backend->name);
        json_member_str(all->json, "error", str_from(fine ? "" : err.text));
        json_key(all->json, "models");
        json_begin_array(all->json);
    }
    if (fine)
        show(all, backend, &list);
    if (all->json) {
        json_end_array(all->json);
        json_end_object(all->json);
    }
    if (fine)
        return;
    error_prefix(&err, "%.*s", STR_ARG(backend->name));
    int status = complain(&err);
    if (all->status < status)
        all->status = status;
}

static int ask_all(struct invocation *call, const struct setup *setup,
                   const struct backend *only, bool json)
{
    struct buf text = { 0 };
    struct json_writer w = { .out = &text };
    struct catalogue all = { .call = call, .json = json ? &w : NULL };

    line_out_open(&all.out, setup);
    if (json)
        json_begin_array(&w);
    for (size_t i = 0; i < setup->config.backend_count; i++)
        if (!only || only == &setup->config.backends[i])
            ask(&all, &setup->config.backends[i]);
    if (json) {
        json_end_array(&w);
        print_json(&text);
    }
    buf_release(&text);
    line_out_close(&all.out);
    return all.status;
}

static int list_models(struct invocation *call, const struct setup *setup,
                       bool json)
{
    const struct backend *only = NULL;

    if (call->count > 0) {
        only = config_backend(&setup->config, str_from(call->args[0]));
        if (!only)
            return complain_usage(call, "there is no backend %s",
                                  call->args[0]);
    }
    if (setup->config.backend_count == 0 && !json)
        puts("no backend is configured; see kerf-config(5)");
    return ask_all(call, setup, only, json);
}

int cli_models(struct invocation *call)
{
    struct setup setup;
    bool json = take_flag(call, "--json");

    if (!words_are_at_most(call, 1))
        return EXIT_USAGE;
    int status = load(call, &setup, false);
    if (status == EXIT_DONE)
        status = list_models(call, &setup, json);
    setup_release(&setup);
    return status;
}
