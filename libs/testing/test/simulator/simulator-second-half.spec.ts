import { tryCourses } from './courses.js';

tryCourses(1);
