#include "sharpness/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/vector.h"
#include "net/operation.h"
#include "sharpness/ask.h"
#include "sharpness/theta_space.h"

/* Per kind of question, in thirds of a gradient evaluation: a forward pass
 * is one of three equal parts of forward and backward; a product is two
 * gradients. */
static const struct {
	enum evaluation_kind kind;
	int thirds, products;
} questions[] = {
	[ASK_LOSS] = {EVALUATE_LOSS, 1, 0},
	[ASK_GRADIENT] = {EVALUATE_GRADIENT, 3, 0},
	[ASK_PRODUCT] = {EVALUATE_PRODUCT, 6, 1},
};

/* The window of the layer asked about; an empty one when there is none. */
static void set_window(struct measure *measure, const struct network *network)
{
	int layer = measure->request.layer;

	if (measure->theta) {
		theta_space_window(measure->theta, layer, &measure->first,
		    &measure->n);
		return;
	}
	measure->first = 0;
	measure->n = network->parameters;
	if (layer == 0)
		return;
	measure->n = 0;
	if (layer < 0 || layer > network->layers)
		return;
	measure->first = network->layer[layer].parameter;
	measure->n = network->layer[layer].parameters;
}

/* What the network sees is the method's own, or made from it. */
static void set_space(struct measure *measure, size_t parameters)
{
	measure->w_point = measure->whole_point;
	measure->w_direction = measure->whole_direction;
	measure->w_answer = measure->whole_answer;
	if (!measure->request.theta)
		return;
	measure->theta = theta_space_new(measure->request.theta, parameters);
	measure->w_point = reals_new(parameters);
	measure->w_direction = reals_new(parameters);
	measure->w_answer = reals_new(parameters);
}

static void free_space(struct measure *measure)
{
	if (!measure->theta)
		return;
	theta_space_free(measure->theta);
	reals_free(measure->w_point);
	reals_free(measure->w_direction);
	reals_free(measure->w_answer);
}

struct measure *measure_new(const struct measure_request *request)
{
	struct measure *measure = xcalloc(1, sizeof(*measure));
	const struct network *network = engine_network(request->engine);
	const struct measure_theta *theta = request->theta;
	size_t whole = theta ? transform_size(theta->transform) :
	    network->parameters;
	const real *start = theta ? theta->theta : request->w;

	measure->request = *request;
	measure->parameters = reals_dup(start, whole);
	measure->buffers = reals_dup(request->buffers, network->buffers);
	measure->whole_point = reals_dup(start, whole);
	measure->whole_direction = reals_new(whole);
	measure->whole_answer = reals_new(whole);
	set_space(measure, network->parameters);
	set_window(measure, network);
	measure->w = measure->parameters + measure->first;
	measure->point = measure->whole_point + measure->first;
	measure->direction = measure->whole_direction + measure->first;
	measure->answer = measure->whole_answer + measure->first;
	if (request->warm)
		measure->warm = request->warm + measure->first;
	measure->state = xcalloc(1, request->kind->method->state);
	measure->result = (struct measure_result){.value = NAN, .error = NAN,
		.rho = NAN, .converged = true};
	return measure;
}

void measure_free(struct measure *measure)
{
	if (!measure)
		return;
	if (measure->request.kind->method->end)
		measure->request.kind->method->end(measure);
	free(measure->state);
	for (int i = 0; i < MEASURE_LISTS; i++)
		free(measure->list[i].value);
	free_space(measure);
	reals_free(measure->parameters);
	reals_free(measure->buffers);
	reals_free(measure->whole_point);
	reals_free(measure->whole_direction);
	reals_free(measure->whole_answer);
	free(measure);
}

static int refuse_empty(const struct measure *measure, struct error *error)
{
	const struct network *network =
	    engine_network(measure->request.engine);
	int layer = measure->request.layer;
	const char *what = measure->n ? "weights" : "parameters";

	if (layer == 0)
		return error_set(error, "the network has no %s", what);
	if (layer < 0 || layer > network->layers)
		return error_set(error, "layer %d: there are layers 1 to %d",
		    layer, network->layers);
	return error_set(error, "layer %d (%s) has no %s", layer,
	    network->layer[layer].operation->name, what);
}

static void begin_evaluation(struct measure *measure)
{
	const struct measure_request *request = &measure->request;
	enum ask question = measure->theta ? theta_space_question(
	    measure->theta, measure->ask) : measure->ask;
	bool wants_gradient = question == ASK_GRADIENT;
	bool wants_product = question == ASK_PRODUCT;

	measure->question = question;
	if (measure->theta)
		theta_space_place(measure->theta, question,
		    measure->whole_point, measure->whole_direction,
		    measure->w_point, measure->w_direction);
	measure->evaluation = (struct evaluation){
		.kind = questions[question].kind,
		.engine = request->engine,
		.dataset = request->dataset,
		.split = request->split,
		.count = request->count,
		.w = measure->w_point,
		.buffers = measure->buffers,
		.direction = wants_product ? measure->w_direction : NULL,
		.gradient = wants_gradient ? measure->w_answer : NULL,
		.product = wants_product ? measure->w_answer : NULL,
		.held = &measure->held};
	/* The point moves between questions of any other kind. */
	if (!wants_product)
		measure->held = 0;
	evaluation_begin(&measure->evaluation);
	measure->evaluating = true;
}

static int check_answer(const struct measure *measure, struct error *error)
{
	const char *name = measure->request.kind->name;

	if (measure->evaluation.done == 0)
		return error_set(error, "%s: the probe set is empty", name);
	if (!isfinite(measure->loss))
		return error_set(error, "%s: the loss %sis not a number", name,
		    measure->asked ? "near these weights " : "");
	if (measure->ask != ASK_LOSS &&
	    !vector_finite(measure->answer, measure->n))
		return error_set(error, "%s: the %s is not a number", name,
		    measure->ask == ASK_GRADIENT ? "gradient" :
		    "Hessian-vector product");
	return 0;
}

/* What was answered becomes the method's answer; false: another question
 * comes before it. */
static bool take_answer(struct measure *measure)
{
	measure->thirds += questions[measure->question].thirds;
	measure->result.products += questions[measure->question].products;
	return !measure->theta || theta_space_take(measure->theta,
	    measure->ask, measure->question, measure->whole_point,
	    measure->whole_direction, measure->w_answer,
	    measure->whole_answer);
}

/* One chunk of the question under way; 1 when it is answered. */
static int evaluate(struct measure *measure, struct error *error)
{
	int chunk =
	    evaluation_chunk(engine_network(measure->request.engine));

	if (!measure->evaluating)
		begin_evaluation(measure);
	if (!evaluation_advance(&measure->evaluation, chunk))
		return 0;
	measure->evaluating = false;
	measure->loss = measure->evaluation.loss;
	if (!take_answer(measure))
		return 0;
	if (check_answer(measure, error))
		return -1;
	measure->asked++;
	return 1;
}

/* What the method does between questions may take some milliseconds for a
 * large network, so it is a chunk of its own. */
static int advance(struct measure *measure, struct error *error)
{
	const struct measure_method *method = measure->request.kind->method;
	int status;

	if (measure->n == 0 || !measure_reaches(measure->request.kind,
		engine_network(measure->request.engine),
		measure->request.layer))
		return refuse_empty(measure, error);
	if (!measure->begun || measure->answered) {
		measure->ask = measure->begun ? method->answer(measure) :
		    method->begin(measure);
		measure->begun = true;
		measure->answered = false;
		return measure->ask == ASK_DONE;
	}
	status = evaluate(measure, error);
	measure->answered = status > 0;
	return status < 0 ? -1 : 0;
}

int measure_advance(struct measure *measure, struct measure_result *result,
    struct error *error)
{
	double started = clock_now();
	int status = advance(measure, error);

	measure->result.seconds += clock_now() - started;
	measure->result.n = measure->evaluation.count;
	measure->result.gradients = (measure->thirds + 2) / 3;
	measure->result.note = measure->note[0] ? measure->note : NULL;
	measure->result.list = measure->list;
	*result = measure->result;
	return status;
}

double measure_progress(const struct measure *measure)
{
	const struct evaluation *evaluation = &measure->evaluation;
	double asked = measure->asked, share;

	if (measure->begun && measure->ask == ASK_DONE)
		return 1;
	if (measure->evaluating && evaluation->count > 0)
		asked += (double)evaluation->done / evaluation->count;
	share = measure->expected > 0 ? asked / measure->expected : 0;
	return share < 0.99 ? share : 0.99;
}
